using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClinicPortal.Modules.Billing.Gateway;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Billing.Adapters.Stripe;

/// <summary>Configuration section <c>Stripe</c>. Keys are each association's own and not here.</summary>
public sealed record StripeOptions
{
    public string Api { get; init; } = "https://api.stripe.com";

    /// <summary>How often a call is made at most.</summary>
    public int MostAttempts { get; init; } = 4;

    /// <summary>Milliseconds before the second attempt; it doubles from there.</summary>
    public int FirstDelayMilliseconds { get; init; } = 500;
}

/// <summary>
/// One call of Stripe's REST API: form encoded, the version pinned, an idempotency key on whatever writes, and repeated by Stripe's rules. Answers and errors are
/// JSON in shapes that belong to the pinned version.
/// </summary>
/// <remarks>https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/error-low-level</remarks>
public sealed class StripeApi(HttpClient http, IOptions<StripeOptions> options, TimeProvider clock, ILogger<StripeApi> logger)
{
    /// <summary>Changed together with the adapter and never by the account's own default.</summary>
    public const string Version = "2026-10-28.endive";

    private const int LongestDelayMilliseconds = 8_000;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    internal Task<JsonElement> GetAsync(GatewayAccount account, string path, StripeForm? query, CancellationToken cancellationToken) =>
        SendAsync(account, HttpMethod.Get, query is null ? path : $"{path}?{query}", null, null, cancellationToken);

    /// <param name="key">The same for every attempt at the same thing, whenever it is made.</param>
    internal Task<JsonElement> PostAsync(GatewayAccount account, string path, StripeForm form, string key, CancellationToken cancellationToken) =>
        SendAsync(account, HttpMethod.Post, path, form, key, cancellationToken);

    private async Task<JsonElement> SendAsync(
        GatewayAccount account, HttpMethod method, string path, StripeForm? form, string? key, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, lost) = await TryAsync(account, method, path, form, key, cancellationToken);
            using (answer)
            {
                var mayRepeat = attempt < options.Value.MostAttempts && (answer is null || StripeRetry.ShouldRepeat(answer.StatusCode, Header(answer, "Stripe-Should-Retry")));
                if (mayRepeat)
                {
                    var delay = StripeRetry.Delay(attempt, options.Value.FirstDelayMilliseconds, answer?.Headers.RetryAfter?.Delta);
                    logger.LogInformation("Stripe: attempt {Attempt} of {Method} came to {Status}; again in {Delay}", attempt, method, (int?)answer?.StatusCode, delay);
                    await Task.Delay(delay, clock, cancellationToken);
                    continue;
                }
                if (answer is null)
                {
                    throw new GatewayException(GatewayProblem.Unavailable, lost!.GetType().Name, lost);
                }
                return await ReadAsync(answer, cancellationToken);
            }
        }
    }

    /// <returns>The answer, or why there was none.</returns>
    private async Task<(HttpResponseMessage? Answer, Exception? Lost)> TryAsync(
        GatewayAccount account, HttpMethod method, string path, StripeForm? form, string? key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, options.Value.Api.TrimEnd('/') + path)
        {
            Content = form is null ? null : new StringContent(form.ToString(), Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.SecretKey);
        request.Headers.Add("Stripe-Version", Version);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        try
        {
            return (await http.SendAsync(request, cancellationToken), null);
        }
        // Time ran out, or the connection broke: whether it was done is not known, and the key makes it safe to ask again.
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return (null, lost);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        JsonElement body;
        try
        {
            await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using var document = await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken);
            body = document.RootElement.Clone();
        }
        catch (Exception broken) when (broken is JsonException or IOException or HttpRequestException)
        {
            throw new GatewayException(GatewayProblem.Unavailable, "no-json", broken);
        }
        return answer.IsSuccessStatusCode ? body : throw StripeError.From(answer.StatusCode, body);
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    internal static class StripeRetry
    {
        /// <summary>Stripe's word counts; without it: conflicts, limits and its own faults.</summary>
        public static bool ShouldRepeat(HttpStatusCode status, string? shouldRetry) => shouldRetry switch
        {
            "true" => true,
            "false" => false,
            _ => status is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests || (int)status >= 500,
        };

        /// <summary>Doubling, with up to half of it left to chance so that nodes do not all come at once; not sooner than asked for.</summary>
        public static TimeSpan Delay(int attempt, int firstMilliseconds, TimeSpan? retryAfter)
        {
            var full = Math.Min(firstMilliseconds * Math.Pow(2, attempt - 1), LongestDelayMilliseconds);
            var delay = TimeSpan.FromMilliseconds((full / 2) + RandomNumberGenerator.GetInt32((int)(full / 2) + 1));
            return retryAfter is { } asked && asked > delay && asked <= LongestRetryAfter ? asked : delay;
        }
    }
}

/// <summary>What Stripe says went wrong.</summary>
internal sealed class StripeError(GatewayProblem problem, string code, JsonElement error) : Exception(code)
{
    public GatewayProblem Problem => problem;

    public string Code => Message;

    public string? Type => Text("type");

    /// <summary>The payment that a declined card left behind.</summary>
    public JsonElement? Payment => error.TryGetProperty("payment_intent", out var payment) && payment.ValueKind == JsonValueKind.Object ? payment : null;

    public GatewayException ToGateway() => new(problem, Message, this);

    public static StripeError From(HttpStatusCode status, JsonElement body)
    {
        var error = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("error", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        var problem = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => GatewayProblem.NotAllowed,
            HttpStatusCode.NotFound => GatewayProblem.NotFound,
            HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests => GatewayProblem.Unavailable,
            >= HttpStatusCode.InternalServerError => GatewayProblem.Unavailable,
            _ => GatewayProblem.Refused,
        };
        var code = Of(error, "decline_code") ?? Of(error, "code") ?? Of(error, "type") ?? ((int)status).ToString(CultureInfo.InvariantCulture);
        return new StripeError(problem, code, error.ValueKind == JsonValueKind.Object ? error : JsonDocument.Parse("{}").RootElement);
    }

    private string? Text(string name) => Of(error, name);

    private static string? Of(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
