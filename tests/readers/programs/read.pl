# Reads archives with Archive::Zip. README.md says what is printed.
use strict;
use warnings;
use Archive::Zip qw(:ERROR_CODES :CONSTANTS);
use Digest::SHA;

my @complaints;
Archive::Zip::setErrorHandler(sub { push @complaints, @_ });
print "version\t$Archive::Zip::VERSION\n";
while (my $path = <STDIN>) {
    chomp $path;
    @complaints = ();
    if (eval { read_archive($path); 1 }) { print "end\n" }
    else { print "refusal\t", unpack('H*', "$@@complaints"), "\n" }
    STDOUT->flush;
}

sub read_archive {
    my ($path) = @_;
    my $zip = Archive::Zip->new;
    $zip->read($path) == AZ_OK or die "not read\n";
    for my $member ($zip->members) {
        $member->desiredCompressionMethod(COMPRESSION_STORED);
        my ($digest, $length) = (Digest::SHA->new(256), 0);
        my $status = $member->rewindData;
        while ($status == AZ_OK) {
            (my $piece, $status) = $member->readChunk;
            $digest->add($$piece);
            $length += length $$piece;
        }
        $status == AZ_STREAM_END or die $member->fileName, " is broken\n";
        $member->endRead;

        my $name = $member->fileName;
        utf8::encode($name) if utf8::is_utf8($name);
        print join("\t", 'entry', unpack('H*', $name), $length, $digest->hexdigest), "\n";
    }
}
