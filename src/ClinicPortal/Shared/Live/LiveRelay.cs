using System.Text.Json;
using System.Threading.Channels;
using ClinicPortal.Shared.Data;
using Microsoft.AspNetCore.SignalR;
using Npgsql;

namespace ClinicPortal.Shared.Live;

/// <summary>
/// Carries "this topic changed" from a commit to the live pages of every node: one NOTIFY for all topics that came
/// together, sent after the commit on a connection of its own (inside the writing transaction it would serialise commits).
/// Topics are ids, never content; a page that was told re-reads itself under its own rights.
/// </summary>
public sealed class LiveRelay(
    NpgsqlDataSource dataSource, IHubContext<LiveHub> hub, DatabaseReadiness readiness, ILogger<LiveRelay> logger) : BackgroundService
{
    /// <summary>In place of topics: what was said while the link was down is unknown, and anything may have changed.</summary>
    public const string Everything = "*";

    private const string ChannelName = "live";
    private const int PayloadLimit = 7_500;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim news = new(0, 1);
    private readonly HashSet<string> heard = [];
    private readonly Channel<string[]> outgoing = Channel.CreateUnbounded<string[]>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Of the sending loop: what it took and has not sent, because the connection broke, goes with the next.</summary>
    private readonly HashSet<string> unsent = [];

    /// <summary>For followers in this process that are no pages: the topics that changed on any node, or <see cref="Everything"/>. A follower returns at once.</summary>
    public event Action<IReadOnlyList<string>>? Heard;

    /// <summary>Whether what changes on any node is heard here at once.</summary>
    public bool IsListening { get; private set; }

    public void Publish(IReadOnlyCollection<string> topics)
    {
        if (topics.Count > 0)
        {
            outgoing.Writer.TryWrite([.. topics]);
        }
    }

    /// <summary>For one follower in this process: the topics that changed on any node since it asked last; none when the given time has passed.</summary>
    public async Task<IReadOnlySet<string>> NewsAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await news.WaitAsync(atMost, cancellationToken);
        lock (heard)
        {
            var topics = heard.ToHashSet();
            heard.Clear();
            return topics;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WaitAsync(stoppingToken);
        await Task.WhenAll(KeepAsync(SendAsync, stoppingToken), KeepAsync(ListenAsync, stoppingToken));
    }

    private async Task KeepAsync(Func<CancellationToken, Task> loop, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await loop(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            // Whatever it is: what escapes here would stop the application, and with it the night.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("Live link to the database lost ({Failure}); reconnecting", failure.GetType().Name);
                await Task.Delay(RetryAfter, stoppingToken);
            }
        }
    }

    private async Task SendAsync(CancellationToken stoppingToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
        await using var notify = new NpgsqlCommand("SELECT pg_notify($1, $2)", connection);
        var payload = new NpgsqlParameter<string>();
        notify.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ChannelName });
        notify.Parameters.Add(payload);
        await notify.PrepareAsync(stoppingToken);
        while (unsent.Count > 0 || await outgoing.Reader.WaitToReadAsync(stoppingToken))
        {
            var length = unsent.Sum(topic => topic.Length + 3);
            while (length < PayloadLimit && outgoing.Reader.TryRead(out var next))
            {
                foreach (var topic in next)
                {
                    length += unsent.Add(topic) ? topic.Length + 3 : 0;
                }
            }
            payload.TypedValue = JsonSerializer.Serialize(unsent);
            await notify.ExecuteNonQueryAsync(stoppingToken);
            unsent.Clear();
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
        connection.Notification += (_, notification) => Push(notification.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {ChannelName}", connection))
        {
            await listen.ExecuteNonQueryAsync(stoppingToken);
        }
        // What was said while the link was down is unknown: every page re-reads itself once.
        await hub.Clients.All.SendAsync("changed", LiveHub.Everything, stoppingToken);
        Heard?.Invoke(LiveHub.Everything);
        IsListening = true;
        try
        {
            // A link that died silently is noticed by the question that is not answered.
            await using var question = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = 5 };
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!await connection.WaitAsync(AskEvery, stoppingToken))
                {
                    await question.ExecuteNonQueryAsync(stoppingToken);
                }
            }
        }
        finally
        {
            IsListening = false;
        }
    }

    private void Push(string payload)
    {
        var topics = JsonSerializer.Deserialize<string[]>(payload) ?? [];
        lock (heard)
        {
            heard.UnionWith(topics);
        }
        if (news.CurrentCount == 0)
        {
            news.Release();
        }
        Heard?.Invoke(topics);
        foreach (var topic in topics)
        {
            // Not awaited: a slow browser must not hold up the others; SignalR buffers per connection.
            _ = hub.Clients.Group(topic).SendAsync("changed", new[] { topic });
        }
    }
}
