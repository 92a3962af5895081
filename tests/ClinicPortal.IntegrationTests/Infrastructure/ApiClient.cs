using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>What the API answered.</summary>
/// <param name="Body">Undefined when the answer had none.</param>
public sealed record ApiAnswer(HttpStatusCode Status, JsonElement Body, string? Location)
{
    /// <summary>The stable code of a refusal.</summary>
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    public Guid Id => Body.GetProperty("id").GetGuid();

    public string Text(string property) => Body.GetProperty(property).GetString()!;

    public ApiAnswer Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {(int)status}, was {(int)Status}: {(Body.ValueKind == JsonValueKind.Undefined ? "" : Body.GetRawText())}");
        return this;
    }
}

/// <summary>A caller of the JSON API with its key. Every POST gets a fresh idempotency key unless one is given.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient http;

    public ApiClient(HttpClient http, string? key)
    {
        this.http = http;
        if (key is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>A file as it is sent.</summary>
    public Task<byte[]> BytesAsync(string path) => http.GetByteArrayAsync(path, Cancellation);

    /// <param name="idempotencyKey">Empty sends no header.</param>
    public Task<ApiAnswer> PostAsync(string path, object? body = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body ?? new { }) };
        if (idempotencyKey != "")
        {
            request.Headers.Add(ApiCommand.Header, idempotencyKey ?? Guid.NewGuid().ToString());
        }
        return SendAsync(request);
    }

    public Task<ApiAnswer> PutAsync(string path, object body) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) });

    public async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request, Cancellation);
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancellation);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new ApiAnswer(response.StatusCode, isJson && bytes.Length > 0 ? JsonDocument.Parse(bytes).RootElement : default,
            response.Headers.Location?.OriginalString);
    }

    public void Dispose() => http.Dispose();
}
