using System.Text;
using ClinicPortal.Benchmarks.Sites;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>Clients that each open a case for a registered patient, anywhere in the site, over the JSON API.</summary>
/// <param name="Port">Of the portal.</param>
internal sealed record PostCases(int Port, SiteShape Site, int Clients, double Seconds) : LoadPlan
{
    public override Task<LoadResult> RunAsync(CancellationToken cancellationToken) => Load.Clients.RunAsync(
        Clients, Seconds, async client => new Client(this, await HttpConnection.OpenAsync(Port, cancellationToken), new Random(client)), cancellationToken);

    private sealed class Client(PostCases plan, HttpConnection connection, Random random) : IClient
    {
        public async ValueTask<string?> AskAsync(CancellationToken cancellationToken)
        {
            var association = random.Next(plan.Site.Associations);
            var request = CaseRequest.Bytes(Secrets.KeyOf(association), SiteIds.Patient(association, random.Next(plan.Site.PatientsEach)));
            return await connection.SendAsync(request, cancellationToken) is var status and not 201 ? $"POST /api/v1/cases answered {status}" : null;
        }

        public ValueTask DisposeAsync()
        {
            connection.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A call as the desk's machine would report it.</summary>
internal static class CaseRequest
{
    public const string CallerName = "佐藤 恵";
    public const string CallerPhone = "090-0000-4711";
    public const string Complaint = "夕方から38.5度の熱、痰がからんで苦しそう。SpO2は93%、意識ははっきりしている。";

    public static byte[] Bytes(string key, Guid patient)
    {
        var body = Encoding.UTF8.GetBytes($$"""
            {"patientId":"{{patient}}","caller":{"kind":"family","name":"{{CallerName}}","phone":"{{CallerPhone}}"},"complaint":"{{Complaint}}"}
            """);
        var head = Encoding.ASCII.GetBytes(
            $"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: {Guid.NewGuid():N}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. head, .. body];
    }
}
