using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.LocalPostgres;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Crash;

/// <summary>What was acknowledged is there, and only once, whatever was killed meanwhile.</summary>
public sealed class CrashTests
{
    private const int Cases = 1_000;
    private const int Clients = 16;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task KillOfApplicationAndPostgres_AmidAThousandCases_LosesNoneAndMakesNoneTwice()
    {
        await using var directory = new TemporaryDataDirectory();
        await using var portal = new PortalProcess(directory.Path);
        await portal.StartAsync(Cancellation);
        var acknowledged = new ConcurrentDictionary<int, Acknowledged>();
        var calls = new ConcurrentQueue<int>(Enumerable.Range(0, Cases));
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => OpenCasesAsync(portal.Address, calls, acknowledged), Cancellation)).ToList();

        await UntilAsync(() => acknowledged.Count >= 100, clients);
        await portal.KillAsync();
        Assert.True(acknowledged.Count < Cases);
        await portal.StartAsync(Cancellation);
        await UntilAsync(() => acknowledged.Count >= 200, clients);
        await directory.KillPostmasterAsync();
        await UntilAsync(() => acknowledged.Count >= 300, clients);
        await Task.WhenAll(portal.KillAsync(), directory.KillPostmasterAsync());
        Assert.True(acknowledged.Count < Cases);
        await portal.StartAsync(Cancellation);
        await Task.WhenAll(clients);

        Assert.Equal(Cases, acknowledged.Count);
        var stored = await StoredAsync(directory);
        Assert.Equal(Cases, stored.Count);
        Assert.Equal(Cases, stored.Select(c => c.Number).Distinct().Count());
        Assert.Equal(
            acknowledged.Select(a => (Complaint(a.Key), a.Value.Id, a.Value.Number)).Order(),
            stored.Select(c => (c.Complaint, c.Id, c.Number)).Order());
    }

    /// <summary>Sends each call until it is acknowledged, always under its own idempotency key.</summary>
    private static async Task OpenCasesAsync(Uri address, ConcurrentQueue<int> calls, ConcurrentDictionary<int, Acknowledged> acknowledged)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "demo.desk.operator");
        while (calls.TryDequeue(out var call))
        {
            while (!acknowledged.ContainsKey(call))
            {
                if (await TryOpenAsync(http, call) is { } receipt)
                {
                    acknowledged[call] = receipt;
                }
                else
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
                }
            }
        }
    }

    private static async Task<Acknowledged?> TryOpenAsync(HttpClient http, int call)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/cases")
        {
            Content = JsonContent.Create(new { association = "setagaya", complaint = Complaint(call), caller = new { kind = "family", name = "佐藤" } }),
        };
        request.Headers.Add(ApiCommand.Header, $"crash-{call}");
        try
        {
            using var response = await http.SendAsync(request, Cancellation);
            Assert.True(response.StatusCode is HttpStatusCode.Created or >= HttpStatusCode.InternalServerError, $"{response.StatusCode}");
            return response.StatusCode == HttpStatusCode.Created
                ? await response.Content.ReadFromJsonAsync<Acknowledged>(JsonSerializerOptions.Web, Cancellation)
                : null;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException || (lost is TaskCanceledException && !Cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<(string Complaint, Guid Id, string Number)>> StoredAsync(TemporaryDataDirectory directory)
    {
        await using var server = await directory.JoinOrStartAsync();
        await using var source = NpgsqlDataSource.Create(server.ConnectionStrings.Owner);
        await using var app = NpgsqlDataSource.Create(server.ConnectionStrings.App);
        var keys = MasterKeys.Of(await File.ReadAllLinesAsync(Path.Combine(directory.Path, "master-keys"), Cancellation));
        var vault = new Vault(new TenantKeys(keys, app, TimeProvider.System));
        await using var command = source.CreateCommand("SELECT tenant_id, id, number, sealed_told FROM nightdesk.case");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var stored = new List<(string Complaint, Guid, string)>();
        while (await reader.ReadAsync(Cancellation))
        {
            var told = vault.Open(Sealed<CaseTold>.Stored(reader.GetFieldValue<byte[]>(3), "nightdesk.case.sealed_told"), reader.GetGuid(0), reader.GetGuid(1));
            stored.Add((told.Complaint ?? "", reader.GetGuid(1), reader.GetString(2)));
        }
        return [.. stored.Where(c => c.Complaint.StartsWith("crash ", StringComparison.Ordinal))];
    }

    private static async Task UntilAsync(Func<bool> condition, IReadOnlyList<Task> clients)
    {
        while (!condition())
        {
            if (clients.FirstOrDefault(c => c.IsFaulted) is { } failed)
            {
                await failed;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(5), Cancellation);
        }
    }

    private static string Complaint(int call) => $"crash {call}";

    private sealed record Acknowledged(Guid Id, string Number);
}
