import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** Reads archives with what Java has for them. README.md says what is printed. */
class Read {
    private static PrintStream out;

    private interface Reader {
        void read(String path) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.US_ASCII);
        Reader reader = switch (arguments[0]) {
            case "ZipFile" -> Read::zipFile;
            case "ZipInputStream" -> Read::zipInputStream;
            case "jdk.zipfs" -> Read::fileSystem;
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        out.print("version\t" + System.getProperty("java.version") + "\n");
        var paths = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path; (path = paths.readLine()) != null;) {
            try {
                reader.read(path);
                out.print("end\n");
            } catch (Exception | OutOfMemoryError refusal) {
                out.print("refusal\t" + hex(refusal.toString()) + "\n");
            }
            out.flush();
        }
    }

    private static void zipFile(String path) throws Exception {
        try (var zip = new ZipFile(path)) {
            for (var entries = zip.entries(); entries.hasMoreElements();) {
                var entry = entries.nextElement();
                try (var body = zip.getInputStream(entry)) {
                    print(entry.getName(), body);
                }
            }
        }
    }

    private static void zipInputStream(String path) throws Exception {
        try (var zip = new ZipInputStream(new BufferedInputStream(new FileInputStream(path), 1 << 16))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry())
                print(entry.getName(), zip);
        }
    }

    private static void fileSystem(String path) throws Exception {
        try (var zip = FileSystems.newFileSystem(Path.of(path)); var files = Files.walk(zip.getPath("/"))) {
            for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                try (var body = Files.newInputStream(file)) {
                    print(file.toString().substring(1), body);
                }
            }
        }
    }

    private static void print(String name, InputStream body) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        var buffer = new byte[1 << 16];
        long length = 0;
        for (int read; (read = body.read(buffer)) > 0; length += read)
            digest.update(buffer, 0, read);
        out.print("entry\t" + hex(name) + "\t" + length + "\t" + HexFormat.of().formatHex(digest.digest()) + "\n");
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
