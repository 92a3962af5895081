using System.Diagnostics;
using System.Text.RegularExpressions;
using ClinicPortal.Benchmarks.Sites;
using ClinicPortal.Shared.Live;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>Browsers that show the shared desk's board, while calls come in for one of its associations after the other.</summary>
/// <param name="LiveToken">From the board page: what the browsers join with.</param>
internal sealed partial record WatchCases(
    int Port, string Host, string Cookie, string LiveToken, SiteShape Site, int SharedAssociations, int Browsers, int PerSecond, double Seconds) : LoadPlan
{
    public override async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        var clock = new PushClock(Browsers);
        await using var browsers = await BrowserSockets.OpenAsync(
            Browsers, new Uri($"ws://{Host}:{Port}/live"), Cookie, (browser, message) =>
            {
                foreach (var topic in BoardTopic().EnumerateMatches(message))
                {
                    clock.Pushed(message.AsSpan(topic.Index, topic.Length).ToString(), browser);
                }
            }, cancellationToken);
        // SignalR's JSON protocol: texts that end with U+001E.
        await browsers.AskAllAsync("{\"protocol\":\"json\",\"version\":1}\u001e", "{}", cancellationToken);
        await browsers.AskAllAsync($$"""{"type":1,"invocationId":"1","target":"Join","arguments":["{{LiveToken}}"]}""" + '\u001e', "\"invocationId\":\"1\"", cancellationToken);

        var connections = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => HttpConnection.OpenAsync(Port, cancellationToken)));
        var (since, done, wrong) = await Pace.RunAsync(
            PerSecond, Seconds, [.. connections.Select(c => (Func<int, Task<string?>>)(i => PostAsync(c, i, clock, cancellationToken)))], cancellationToken);
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
        var push = clock.Read(since);
        return new LoadResult(done, PerSecond, push.FromAnswer, wrong ?? browsers.Wrong, push);
    }

    private async Task<string?> PostAsync(HttpConnection connection, int number, PushClock clock, CancellationToken cancellationToken)
    {
        var association = number % SharedAssociations;
        var request = CaseRequest.Bytes(Secrets.SharedKey, SiteIds.Patient(association, number % Site.PatientsEach));
        var sent = clock.Send(LiveTopics.Board(SiteIds.AssociationId(association)));
        var status = await connection.SendAsync(request, cancellationToken);
        sent.AnsweredAt = Stopwatch.GetTimestamp();
        return status == 201 ? null : $"POST /api/v1/cases answered {status}";
    }

    [GeneratedRegex("board:[0-9a-f]{32}")]
    private static partial Regex BoardTopic();
}
