using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClinicPortal.IntegrationTests.Stripe;

/// <summary>What goes wrong once, on the next call whose path begins so.</summary>
/// <param name="Lost">It is done, and the answer never arrives.</param>
public sealed record StripeFault(string PathBegins, int Status = 500, bool Lost = false, string? ShouldRetry = null);

/// <param name="IdempotencyKey">Empty on reading.</param>
public sealed record StripeCall(string Method, string Path, string IdempotencyKey, string Version);

/// <summary>
/// Stands where Stripe would: answers in Stripe's shapes and refuses what Stripe refuses. That it does so rightly, npm's own <c>stripe</c> client shows
/// (<see cref="StripeClientTests"/>).
/// </summary>
public sealed class StripeDouble : IAsyncDisposable
{
    public const string SecretKey = "sk_test_double4242";
    public const string SigningSecret = "whsec_doublesecret";

    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly ConcurrentQueue<StripeFault> faults = [];
    private readonly ConcurrentQueue<StripeCall> calls = [];
    private readonly Dictionary<string, (string Request, int Status, string Body)> answered = [];

    private StripeDouble(WebApplication app, TimeProvider clock) => (this.app, Account) = (app, new StripeAccount(clock));

    /// <summary>What the account has.</summary>
    internal StripeAccount Account { get; }

    public Uri Address => new(app.Urls.First());

    public IReadOnlyList<StripeCall> Calls => [.. calls];

    public static async Task<StripeDouble> StartAsync(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stripe = new StripeDouble(app, clock);
        app.Run(stripe.AnswerAsync);
        await app.StartAsync();
        return stripe;
    }

    /// <summary>As after a day: keys are not kept for ever.</summary>
    public void ForgetKeys()
    {
        lock (gate)
        {
            answered.Clear();
        }
    }

    public void Fail(StripeFault fault) => faults.Enqueue(fault);

    /// <summary>An event as Stripe would send it, with its signature.</summary>
    /// <param name="at">When it was signed.</param>
    public static (string Body, string Signature) Sign(JsonObject news, DateTimeOffset at, string secret = SigningSecret)
    {
        var (body, time) = (news.ToJsonString(), at.ToUnixTimeSeconds());
        return (body, $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}")))}");
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        // The client says of every request that it is a form.
        var form = HttpMethods.IsPost(request.Method) && request.HasFormContentType
            ? (await request.ReadFormAsync()).ToDictionary(f => f.Key, f => f.Value.ToString())
            : request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
        var key = request.Headers["Idempotency-Key"].ToString();
        calls.Enqueue(new StripeCall(request.Method, request.Path, key, request.Headers["Stripe-Version"].ToString()));
        if (request.Path.StartsWithSegments("/_double", out var control))
        {
            lock (gate)
            {
                Account.Control(control.Value!.Trim('/').Split('/'));
            }
            return;
        }
        var fault = faults.TryPeek(out var next) && request.Path.StartsWithSegments(next.PathBegins) && faults.TryDequeue(out next) ? next : null;
        if (fault is { Lost: false })
        {
            if (fault.ShouldRetry is { } word)
            {
                context.Response.Headers["Stripe-Should-Retry"] = word;
            }
            await WriteAsync(context, fault.Status, """{"error":{"type":"api_error","message":"An unknown error occurred"}}""");
            return;
        }
        var (status, body) = Handle(request, form, key);
        if (fault is not null)
        {
            context.Abort();
            return;
        }
        await WriteAsync(context, status, body);
    }

    /// <summary>With a key, the same request is answered the same and another is refused; only what was not processed may be sent anew.</summary>
    private (int Status, string Body) Handle(HttpRequest request, Dictionary<string, string> form, string key)
    {
        lock (gate)
        {
            if (request.Headers.Authorization != $"Bearer {SecretKey}")
            {
                return Refused(new StripeRefusal(401, "invalid_request_error", "Invalid API Key provided: sk_test_*********"));
            }
            var fingerprint = $"{request.Method} {request.Path} {string.Join('&', form.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={f.Value}"))}";
            if (key.Length > 0 && answered.TryGetValue(key, out var earlier))
            {
                return earlier.Request == fingerprint ? (earlier.Status, earlier.Body) : Refused(new StripeRefusal(
                    400, "idempotency_error", $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request."));
            }
            (int Status, string Body) answer;
            try
            {
                answer = (200, Account.Do(request.Method, request.Path.Value!, form).ToJsonString());
            }
            catch (StripeRefusal refusal)
            {
                answer = Refused(refusal);
            }
            // Validation errors are not kept under the key; a declined card is.
            if (key.Length > 0 && request.Method == "POST" && answer.Status is 200 or 402)
            {
                answered.Add(key, (fingerprint, answer.Status, answer.Body));
            }
            return answer;
        }
    }

    private static (int, string) Refused(StripeRefusal refusal) => (refusal.Status, JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(refusal.Body))!.ToJsonString());

    private static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers["Request-Id"] = "req_double";
        return context.Response.WriteAsync(body);
    }
}
