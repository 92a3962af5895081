using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>An answer without what is random in every answer, so that two can be compared byte for byte.</summary>
internal sealed record Answered(HttpStatusCode Status, string Headers, string Body)
{
    public bool IsRefusal => Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>No such page, not for you, or the way to the sign-in.</summary>
    public bool ShutsOut => IsRefusal || Status == HttpStatusCode.NotFound
        || (Status == HttpStatusCode.Redirect && (Headers.Contains("/session/begin", StringComparison.Ordinal) || Headers.Contains("Location: /sign-in", StringComparison.Ordinal)));

    public bool IsSuccess => (int)Status is >= 200 and < 400 && !ShutsOut;
}

/// <summary>Somebody of one role who tries every door: with a browser's cookies on pages, with a key on the API.</summary>
/// <param name="Association">Whose member it is, or the one among several that it works for tonight.</param>
/// <param name="Token">Of a form of this session; without one every form is refused before anything else.</param>
internal sealed partial record Walker(
    PortalNode Node, string Role, string Host, string Association, bool IsAdministrator, string? Cookies, string? Token, string? Key)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Whoever comes by.</summary>
    public static Walker Nobody(PortalNode node, string host, string association) => new(node, RouteMatrix.Nobody, host, association, false, null, null, null);

    /// <param name="ids">What stands for records in the path, and is left out of the comparison.</param>
    public async Task<Answered> AskAsync(HttpClient http, MatrixLine line, string path, string? example, IReadOnlyList<string> ids)
    {
        using var request = new HttpRequestMessage(new HttpMethod(line.Method), Node.Url(path, Host));
        if (line.Pattern.StartsWith(ApiRoutes.Prefix, StringComparison.Ordinal))
        {
            AsMachine(request, example);
        }
        else
        {
            AsBrowser(request);
        }
        using var response = await http.SendAsync(request, Cancellation);
        var headers = response.Headers.Concat(response.Content.Headers).Where(h => h.Key is not ("Date" or "Content-Length" or "Transfer-Encoding"))
            .OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}: {string.Join(", ", h.Value)}");
        return new Answered(
            response.StatusCode, Comparable(string.Join('\n', headers), ids), Comparable(await response.Content.ReadAsStringAsync(Cancellation), ids));
    }

    private void AsMachine(HttpRequestMessage request, string? example)
    {
        if (Key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        }
        if (request.Method != HttpMethod.Get)
        {
            request.Headers.Add(ApiCommand.Header, Guid.NewGuid().ToString());
            request.Content = new StringContent(example ?? "{}", Encoding.UTF8, "application/json");
        }
    }

    private void AsBrowser(HttpRequestMessage request)
    {
        if (Cookies is not null)
        {
            request.Headers.Add("Cookie", Cookies);
        }
        if (request.Method != HttpMethod.Get)
        {
            request.Content = new FormUrlEncodedContent(
                [new(FormState.KeyField, Guid.NewGuid().ToString("N")), new("__RequestVerificationToken", Token ?? "none")]);
        }
    }

    private static string Comparable(string text, IReadOnlyList<string> ids)
    {
        // First: what is random may hold an id by chance, a short one above all.
        text = Random().Replace(text, "{random}");
        foreach (var id in ids)
        {
            text = text.Replace(id, "{it}", StringComparison.OrdinalIgnoreCase)
                .Replace(id.Replace("-", "", StringComparison.Ordinal), "{it}", StringComparison.OrdinalIgnoreCase);
        }
        return text;
    }

    /// <summary>Protected values (form token, live token), the key of a form, the id of a trace.</summary>
    // A long page on a busy machine takes more than the limit of what the portal reads.
    [GeneratedRegex("""CfDJ8[\w-]+|(?<=name="idempotency-key"[^>]*value=")[0-9a-f]{32}|(?<=value=")[0-9a-f]{32}(?="[^>]*name="idempotency-key")|\b00-[0-9a-f]{32}-[0-9a-f]{16}-0\d\b""", RegexOptions.None, 30_000)]
    private static partial Regex Random();
}
