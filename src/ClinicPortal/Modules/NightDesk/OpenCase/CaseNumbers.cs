using System.Globalization;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Modules.NightDesk.OpenCase;

/// <summary>
/// Draws the next number of a tenant's night. In a transaction of its own, because a counter locked until the case commits
/// would let an association take one call at a time. It need not wait for the disk: the log is written in order, so a case
/// that is durable has a durable number, and a number lost in a crash belonged to nobody. Calls that come in while a draw is
/// under way are served by the next one together.
/// </summary>
public sealed class CaseNumbers([FromKeyedServices(SharedRegistration.BesideTheRequest)] NpgsqlDataSource dataSource)
{
    private readonly Lock gate = new();
    private List<Waiting> queue = [];
    private bool isDrawing;

    public async Task<string> NextAsync(TenantInfo tenant, DateOnly night, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(tenant.Id, night);
        lock (gate)
        {
            queue.Add(waiting);
            if (!isDrawing)
            {
                isDrawing = true;
                _ = DrawAllAsync();
            }
        }
        var number = await waiting.Number.Task.WaitAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{tenant.Settings.CasePrefix}-{night:yyMMdd}-{number:000}");
    }

    /// <summary>Ends when nobody waits any more; a draw that fails fails for those who waited for it.</summary>
    private async Task DrawAllAsync()
    {
        // Not on the caller's time, who holds the gate.
        await Task.Yield();
        while (Next() is { } served)
        {
            try
            {
                // One for as long as calls keep coming: to borrow it for each draw would cost more than the draw.
                await using var connection = await dataSource.OpenConnectionAsync();
                for (var waiting = served; waiting is not null; waiting = Next())
                {
                    served = waiting;
                    await DrawAsync(connection, served);
                }
                return;
            }
            catch (Exception failure)
            {
                // Whatever it was, those who wait are told and the next draw goes on: an end here would be the end of all calls.
                served.ForEach(w => w.Number.TrySetException(failure));
            }
        }
    }

    /// <summary>All who wait; null, and nobody draws any more, when there are none.</summary>
    private List<Waiting>? Next()
    {
        lock (gate)
        {
            if (queue.Count == 0)
            {
                isDrawing = false;
                return null;
            }
            (var all, queue) = (queue, []);
            return all;
        }
    }

    private static async Task DrawAsync(NpgsqlConnection connection, List<Waiting> served)
    {
        // In one order everywhere: two nodes that draw for the same associations must not wait for each other.
        var nights = served.GroupBy(w => (w.TenantId, w.Night)).OrderBy(g => g.Key).ToList();
        var scope = new TenantScope();
        scope.Set(nights.Select(n => new TenantId(n.Key.TenantId)));
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(scope.SettingCommand(planOnce: true));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL synchronous_commit = off"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            INSERT INTO nightdesk.night_counter AS c (tenant_id, night, last) SELECT * FROM unnest($1, $2, $3)
            ON CONFLICT (tenant_id, night) DO UPDATE SET last = c.last + excluded.last RETURNING tenant_id, night, last
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = [.. nights.Select(n => n.Key.TenantId)] },
                new NpgsqlParameter<DateOnly[]> { TypedValue = [.. nights.Select(n => n.Key.Night)] },
                new NpgsqlParameter<int[]> { TypedValue = [.. nights.Select(n => n.Count())] },
            },
        });
        // The batch is one implicit transaction: scope, setting and counters hold together.
        var last = await LastAsync(batch);
        foreach (var night in nights)
        {
            var number = last[night.Key] - night.Count();
            foreach (var waiting in night)
            {
                waiting.Number.TrySetResult(++number);
            }
        }
    }

    /// <summary>Returns when the draw has committed: a number given out before could outlive its counter, and be drawn again.</summary>
    private static async Task<Dictionary<(Guid TenantId, DateOnly Night), int>> LastAsync(NpgsqlBatch batch)
    {
        var last = new Dictionary<(Guid, DateOnly), int>();
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            last.Add((reader.GetGuid(0), reader.GetFieldValue<DateOnly>(1)), reader.GetInt32(2));
        }
        return last;
    }

    private sealed class Waiting(Guid tenantId, DateOnly night)
    {
        public Guid TenantId => tenantId;

        public DateOnly Night => night;

        public TaskCompletionSource<int> Number { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
