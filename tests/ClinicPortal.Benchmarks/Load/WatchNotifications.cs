using System.Diagnostics;
using ClinicPortal.Benchmarks.Serving;
using Npgsql;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>The peer of <see cref="WatchCases"/>: a bare NOTIFY, heard by the same server and sent on to as many WebSockets.</summary>
internal sealed record WatchNotifications(int Port, string ConnectionString, int Browsers, int PerSecond, double Seconds) : LoadPlan
{
    public override async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        var clock = new PushClock(Browsers);
        await using var browsers = await BrowserSockets.OpenAsync(
            Browsers, new Uri($"ws://127.0.0.1:{Port}{BarePush.Path}"), null, (browser, message) => clock.Pushed(message, browser), cancellationToken);
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        var senders = new List<Func<int, Task<string?>>>();
        for (var i = 0; i < 4; i++)
        {
            var connection = await source.OpenConnectionAsync(cancellationToken);
            var topic = new NpgsqlParameter<string>();
            var notify = new NpgsqlCommand($"SELECT pg_notify('{BarePush.Channel}', $1)", connection) { Parameters = { topic } };
            topic.TypedValue = "0";
            await notify.PrepareAsync(cancellationToken);
            senders.Add(async number =>
            {
                topic.TypedValue = $"{number}";
                var sent = clock.Send(topic.TypedValue);
                await notify.ExecuteNonQueryAsync(cancellationToken);
                sent.AnsweredAt = Stopwatch.GetTimestamp();
                return null;
            });
        }
        var (since, done, wrong) = await Pace.RunAsync(PerSecond, Seconds, senders, cancellationToken);
        var push = clock.Read(since);
        return new LoadResult(done, PerSecond, push.FromAnswer, wrong ?? browsers.Wrong, push);
    }
}
