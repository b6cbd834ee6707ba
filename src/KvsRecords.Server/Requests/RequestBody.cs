using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Unicode;
using KvsRecords.Server.Errors;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace KvsRecords.Server.Requests;

/// <summary>
/// The body of a request as it was before the client encoded it. Reading it MUST refuse the request as soon as more than the allowed bytes,
/// decoded, have come, so that a small upload cannot become a large one; and when it cannot be decoded.
/// </summary>
internal sealed class RequestBody : ReadOnlyStream
{
    /// <summary>The most that a body of JSON may have, in bytes: what the service allows for requests that are not records.</summary>
    public const int MaxJson = 9_437_184;

    // How much may be sent for each byte that is kept, and beside all of them. A chunk of one byte takes six, and a client that sends too much
    // reads why only when it has sent it: the web server breaks the connection where this ends. But an extension of a chunk, or
    // parts of a gzip body that are empty, could go on without end.
    private const int MaxPerByte = 8;
    private const int MaxFraming = 64 * 1024 * 1024;

    // Decoding and compressing so much takes some milliseconds.
    private const int MaxInOneGo = 256 * 1024;

    private readonly Stream _decoded;
    private readonly EncodedBody? _encoded;
    private readonly string _encoding;
    private readonly long _most;
    private long _position;
    private int _inOneGo;

    private RequestBody(Stream decoded, EncodedBody? encoded, string encoding, long most) =>
        (_decoded, _encoded, _encoding, _most) = (decoded, encoded, encoding, most);

    /// <exception cref="RequestRefusedException">The encoding is none that is known, or the body is too large already.</exception>
    public static RequestBody Open(HttpRequest request, long most)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        var mostSent = most < long.MaxValue / (2 * MaxPerByte) ? (most * MaxPerByte) + MaxFraming : long.MaxValue;
        if (request.ContentLength > (IsPlain(encoding) ? most : mostSent))
            throw new RequestRefusedException(ApiError.RequestTooLarge(most, request.ContentLength.Value));

        if (!IsPlain(encoding) && request.ContentLength == 0)
        {
            throw new RequestRefusedException(ApiError.InvalidInput(
                $"The request body is empty, and so not encoded as its Content-Encoding \"{encoding}\" says."));
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = mostSent;

        if (IsPlain(encoding))
            return new RequestBody(request.Body, null, encoding, most);

        var turns = encoding == "br" ? request.HttpContext.RequestServices.GetRequiredService<BrotliTurns>() : null;
        var encoded = new EncodedBody(request.Body, turns);
        Stream decoded = encoding switch
        {
            "br" => new BrotliStream(encoded, CompressionMode.Decompress),
            "gzip" or "x-gzip" => new GZipStream(encoded, CompressionMode.Decompress),
            "deflate" => new ZLibStream(encoded, CompressionMode.Decompress),
            _ => throw new RequestRefusedException(ApiError.UnsupportedContentEncoding(encoding)),
        };
        return new RequestBody(decoded, encoded, encoding, most);
    }

    /// <summary>Reads the body as JSON; null when there is none.</summary>
    /// <exception cref="RequestRefusedException">It is none.</exception>
    public static async Task<JsonDocument?> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        await using (var body = Open(request, MaxJson))
            await body.CopyToAsync(text, cancellationToken);
        if (text.Length == 0)
            return null;

        try
        {
            var json = text.GetBuffer().AsMemory(0, (int)text.Length);
            CheckText(json.Span);
            return JsonDocument.Parse(json);
        }
        catch (InvalidOperationException)
        {
            throw new RequestRefusedException(ApiError.InvalidInput("A name or a text in the request body is no Unicode."));
        }
        catch (JsonException e)
        {
            throw new RequestRefusedException(ApiError.InvalidInput(string.Create(
                CultureInfo.InvariantCulture, $"The request body is no JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).")));
        }
    }

    // The JSON reader takes any bytes for a text, and JSON can write half of a surrogate pair. Neither can be read: finding them here saves
    // a check at each member.
    private static void CheckText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw new InvalidOperationException();

        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped)
                _ = reader.GetString();
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await _decoded.ReadAsync(buffer, cancellationToken);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == ApiError.RequestTimeout.Status)
        {
            throw new RequestRefusedException(ApiError.RequestTimeout, e);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == ApiError.RequestTooLarge(_most, _most).Status)
        {
            // The web server reads ahead, and may find the fault before the bytes that came are read here. It does not say how many there
            // are.
            throw new RequestRefusedException(ApiError.RequestTooLarge(_most, Math.Max(_position, _most + 1)), e);
        }
        catch (IOException e)
        {
            // A BadHttpRequestException is one, too. The web server throws others for a chunk size that overflows and for a client that left.
            throw new RequestRefusedException(ApiError.InvalidInput("The request body ends before its end, or is not as its headers say."), e);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            // Without an encoding: the web server does not take a trailer.
            throw new RequestRefusedException(
                ApiError.InvalidInput(IsPlain(_encoding)
                    ? "The request body is not as its headers say."
                    : $"The request body is not encoded as its Content-Encoding \"{_encoding}\" says."),
                e);
        }

        _position += read;
        if (_position > _most)
            throw new RequestRefusedException(ApiError.RequestTooLarge(_most, _position));
        if (_encoded is not null)
            await LetOthersGoFirstAsync(_encoded, read);
        return read;
    }

    // Where few bytes stand for many, no read waits for the network, and a body would keep its thread to its end.
    private async ValueTask LetOthersGoFirstAsync(EncodedBody encoded, int read)
    {
        encoded.Admit(_position);
        _inOneGo += read;
        if (_inOneGo < MaxInOneGo)
            return;

        _inOneGo = 0;
        await Task.Yield();
    }

    protected override void Dispose(bool disposing)
    {
        // The body itself is the web server's.
        if (disposing && _encoded is not null)
            _decoded.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsPlain(string encoding) => encoding is "" or "identity";
}
