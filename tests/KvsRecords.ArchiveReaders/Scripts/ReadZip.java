import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Reads each archive named on standard input, one path a line, from its first byte to its last without looking at the central
 * directory. Prints tab-separated lines: "entry", name (UTF-8, hexadecimal), SHA-256, length, DOS time, method; then "end", or
 * "refusal" and the reason.
 */
class ReadZip {
    public static void main(String[] arguments) throws Exception {
        var out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.US_ASCII);
        var paths = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path; (path = paths.readLine()) != null;) {
            try (var zip = new ZipInputStream(new BufferedInputStream(new FileInputStream(path), 1 << 16))) {
                for (ZipEntry entry; (entry = zip.getNextEntry()) != null;)
                    print(entry, zip, out);
                out.print("end\n");
            } catch (Exception refusal) {
                out.print("refusal\t" + HexFormat.of().formatHex(refusal.toString().getBytes(StandardCharsets.UTF_8)) + "\n");
            }
        }
        out.flush();
    }

    private static void print(ZipEntry entry, ZipInputStream body, PrintStream out) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        var buffer = new byte[1 << 16];
        long length = 0;
        for (int read; (read = body.read(buffer)) > 0; length += read)
            digest.update(buffer, 0, read);

        out.print(String.join("\t",
            "entry",
            HexFormat.of().formatHex(entry.getName().getBytes(StandardCharsets.UTF_8)),
            HexFormat.of().formatHex(digest.digest()),
            Long.toString(length),
            entry.getTimeLocal().withNano(0).toString(),
            Integer.toString(entry.getMethod())) + "\n");
    }
}
