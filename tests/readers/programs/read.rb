# Reads archives with rubyzip: by the central directory, or from the first byte to the last. README.md says what is printed.
require 'digest'
require 'zip'
require 'zip/version'

def print_entry(name, body)
  digest = Digest::SHA256.new
  length = 0
  while (piece = body.read(1 << 20)) && !piece.empty?
    digest << piece
    length += piece.bytesize
  end
  puts ['entry', name.b.unpack1('H*'), length, digest.hexdigest].join("\t")
end

READERS = {
  'Zip::File' => lambda { |path|
    Zip::File.open(path) { |zip| zip.each { |entry| entry.get_input_stream { |body| print_entry(entry.name, body) } } }
  },
  'Zip::InputStream' => lambda { |path|
    Zip::InputStream.open(path) { |zip| while (entry = zip.get_next_entry) do print_entry(entry.name, zip) end }
  }
}.freeze

puts "version\t#{Zip::VERSION}"
$stdin.each_line(chomp: true) do |path|
  READERS.fetch(ARGV[0]).call(path)
  puts 'end'
rescue StandardError, NoMemoryError => e
  puts "refusal\t#{"#{e.class}: #{e.message}".b.unpack1('H*')}"
ensure
  $stdout.flush
end
