import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * What programs in Java do with the API, with nothing but the standard library. The client is the default one, which attempts to
 * upgrade each request to HTTP/2.
 *
 * <p>{@code Client.java BASE TOKEN COMMAND ARGUMENT...} prints what it has seen, a line each.
 */
public final class Client {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static String base;
    private static String token;

    public static void main(String[] args) throws Exception {
        base = args[0];
        token = args[1];
        switch (args[2]) {
            case "round-trip" -> roundTrip(args[3]);
            case "show" -> show(request(args[3]).build());
            case "to-file" -> toFile(args[3], Path.of(args[4]));
            case "stream" -> stream(args[3]);
            case "put" -> put(args[3], Integer.parseInt(args[4]));
            case "resume" -> resume(args[3], Path.of(args[4]), Integer.parseInt(args[5]));
            default -> throw new IllegalArgumentException(args[2]);
        }
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + token);
    }

    private static void show(HttpRequest request) throws IOException, InterruptedException {
        var answer = CLIENT.send(request, BodyHandlers.ofString());
        System.out.println((answer.version() + " " + answer.statusCode() + " " + answer.body()).strip());
    }

    private static void roundTrip(String name) throws IOException, InterruptedException {
        var store = "/v2/key-value-stores/~" + name;
        CLIENT.send(request("/v2/key-value-stores?name=" + name).POST(BodyPublishers.noBody()).build(), BodyHandlers.discarding());
        var text = BodyPublishers.ofString("Příliš žluťoučký kůň");
        show(request(store + "/records/text").header("Content-Type", "text/plain; charset=utf-8").PUT(text).build());
        show(request(store + "/records/text").build());
        show(request(store + "/records/text").method("HEAD", BodyPublishers.noBody()).build());
        show(request(store + "/keys?limit=0").build());
        show(request(store + "/records/text").DELETE().build());
        show(request(store + "/records/text").build());
    }

    private static void toFile(String path, Path file) throws Exception {
        CLIENT.send(request(path).build(), BodyHandlers.ofFile(file));
        showFiles(file);
    }

    private static void stream(String path) throws Exception {
        try (var archive = new ZipInputStream(CLIENT.send(request(path).build(), BodyHandlers.ofInputStream()).body())) {
            for (var entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                showFile(entry.getName(), archive);
            }
        }
    }

    /** As bytes, as a stream of unknown length, and after asking whether it may; of each the answer. */
    private static void put(String path, int length) throws IOException, InterruptedException {
        var value = new byte[length];
        Arrays.fill(value, (byte) 'x');
        BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(value));
        show(request(path + "-bytes").PUT(BodyPublishers.ofByteArray(value)).build());
        show(request(path + "-chunked").PUT(chunked).build());
        show(request(path + "-expected").expectContinue(true).PUT(BodyPublishers.ofByteArray(value)).build());
    }

    private static void resume(String path, Path file, int count) throws Exception {
        HttpResponse<InputStream> first = CLIENT.send(request(path).build(), BodyHandlers.ofInputStream());
        try (var body = first.body()) {
            Files.write(file, body.readNBytes(count));
        }
        var rest = request(path).header("Range", "bytes=" + count + "-").header("If-Range", first.headers().firstValue("ETag").get()).build();
        var answer = CLIENT.send(rest, BodyHandlers.ofFile(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        System.out.println(answer.statusCode() + " " + answer.headers().firstValue("Content-Range").get());
        showFiles(file);
    }

    private static void showFiles(Path file) throws Exception {
        try (var archive = new ZipFile(file.toFile())) {
            for (var entries = archive.entries().asIterator(); entries.hasNext();) {
                var entry = entries.next();
                showFile(entry.getName(), archive.getInputStream(entry));
            }
        }
    }

    private static void showFile(String name, InputStream content) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256").digest(content.readAllBytes());
        System.out.println(HexFormat.of().formatHex(digest) + " " + name);
    }
}
