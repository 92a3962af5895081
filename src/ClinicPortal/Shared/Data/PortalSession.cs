using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Npgsql;

namespace ClinicPortal.Shared.Data;

/// <summary>
/// One connection and one transaction per request or job. Opening it asks the database nothing: the tenant scope rides on the first
/// query, and until it is set row-level security shows nothing. Completing it writes audit, work and idempotency rows and commits in
/// one round trip. Use cases save through their module's context and never commit: the edge (API, form, job) does, when the use
/// case succeeded.
/// </summary>
public sealed class PortalSession(
    NpgsqlDataSource dataSource, TenantScope scope, LiveRelay live, ShownRecords shown, AuditKeys auditKeys, Vault vault) : IAsyncDisposable
{
    private readonly List<ModuleDbContext> contexts = [];
    private readonly List<NpgsqlBatchCommand> rows = [];
    private readonly List<AuditEntry> audit = [];
    private readonly Dictionary<Guid, HashSet<string>> written = [];
    private readonly List<WorkItem> work = [];
    private readonly HashSet<string> topics = [];
    private NpgsqlConnection? connection;
    private NpgsqlTransaction? transaction;
    private bool planOnce;

    public bool IsOpen => transaction is not null;

    public bool HasUnsavedAudit => audit.Count > 0 && IsOpen;

    /// <summary>Work that the last commit made due at once: the edge runs it before it answers, others find it by polling.</summary>
    public IReadOnlyList<Guid> CommittedWork { get; private set; } = [];

    internal bool ScopeIsDue { get; private set; }

    internal Vault Vault => vault;

    /// <param name="planOnce">See <see cref="TenantScope.SettingCommand"/>.</param>
    public async Task OpenAsync(CancellationToken cancellationToken, bool planOnce = false)
    {
        this.planOnce = planOnce;
        connection ??= await dataSource.OpenConnectionAsync(cancellationToken);
        transaction = await connection.BeginTransactionAsync(cancellationToken);
        ScopeIsDue = true;
    }

    /// <summary>For commands of one's own: the session's connection, with the scope set.</summary>
    public async Task<NpgsqlConnection> ConnectionAsync(CancellationToken cancellationToken)
    {
        if (ScopeIsDue)
        {
            await ApplyScopeAsync(cancellationToken);
        }
        return Opened;
    }

    /// <summary>A query and the scope before it, in one round trip.</summary>
    internal async Task<NpgsqlDataReader> ReadWithScopeAsync(NpgsqlCommand first, CancellationToken cancellationToken)
    {
        var query = new NpgsqlBatchCommand(first.CommandText);
        var parameters = first.Parameters.ToArray();
        first.Parameters.Clear();
        query.Parameters.AddRange(parameters);
        return await ReadWithScopeAsync(query, cancellationToken);
    }

    /// <summary>A query that a module writes by hand because it is asked for every call; the scope goes before it in the same round trip where it is still due.</summary>
    internal async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatchCommand query, CancellationToken cancellationToken)
    {
        if (ScopeIsDue)
        {
            return await ReadWithScopeAsync(query, cancellationToken);
        }
        var batch = new NpgsqlBatch(Opened, transaction) { BatchCommands = { query } };
        return await batch.ExecuteReaderAsync(cancellationToken);
    }

    internal async Task ApplyScopeAsync(CancellationToken cancellationToken)
    {
        ScopeIsDue = false;
        await using var batch = new NpgsqlBatch(Opened, transaction) { BatchCommands = { scope.SettingCommand(planOnce) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes a new row in the round trip of the commit, for rows that nothing reads before it; before others' that refer to it.</summary>
    public void Insert(ModuleDbContext context, ITenantOwned row)
    {
        context.Check(row);
        if (row is ISealedRow closed)
        {
            SealedColumns.Close(context.Model.FindEntityType(row.GetType())!, closed, vault);
        }
        rows.Add(RowInsert.Of(context.Model, row));
    }

    public void Record(AuditEntry entry) => audit.Add(entry);

    /// <summary>Names of the fields of this record that the session has changed.</summary>
    public IReadOnlyCollection<string> WrittenOf(Guid record) => written.GetValueOrDefault(record, []);

    /// <summary>For the access log, which names what was changed.</summary>
    internal void Wrote(Guid record, IEnumerable<string> fields)
    {
        (written.TryGetValue(record, out var known) ? known : written[record] = new(StringComparer.Ordinal)).UnionWith(fields);
    }

    /// <summary>Adds a work item that exists if, and only if, this transaction commits.</summary>
    public void Enqueue(WorkItem item) => work.Add(item);

    /// <summary>Tells live pages that show this topic to re-read themselves, once the transaction has committed.</summary>
    public void Changed(string topic) => topics.Add(topic);

    /// <summary>Writes what was collected and commits, in one round trip. Effects follow only after the commit.</summary>
    /// <exception cref="PostgresException">A unique violation on <c>app.idempotency</c>: the same command committed meanwhile.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken, params IEnumerable<NpgsqlBatchCommand> alongside)
    {
        await KeepFreshAsync(cancellationToken);
        await using (var batch = new NpgsqlBatch(Opened, transaction))
        {
            if (ScopeIsDue)
            {
                batch.BatchCommands.Add(scope.SettingCommand(planOnce));
            }
            foreach (var command in rows.Concat(audit.Select(entry => entry.InsertCommand(auditKeys.Entries, vault)))
                .Concat(work.Select(item => item.InsertCommand()))
                .Concat(alongside))
            {
                batch.BatchCommands.Add(command);
            }
            // COMMIT rides in the same round trip as the rows it commits.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        transaction = null;
        // Back to the pool before the work that was committed asks for one of its own: waiting for a second while holding the
        // first, requests would lock each other out.
        await DisposeAsync();
        CommittedWork = [.. work.Where(item => item.DueAt <= item.CreatedAt).Select(item => item.Id)];
        live.Publish(topics);
        shown.Remember(audit);
        Forget();
    }

    /// <summary>Forgets what was to be written; the transaction ends uncommitted with the request.</summary>
    public void Abandon() => Forget();

    /// <summary>
    /// Undoes everything and begins again with the same scope, so that a refused form can be rendered with fresh data;
    /// with a key, also finds what the same command was answered before.
    /// </summary>
    public async Task<StoredAnswer?> RestartAsync(IdempotencyKey? key, CancellationToken cancellationToken)
    {
        Forget();
        if (transaction is not null)
        {
            await transaction.RollbackAsync(cancellationToken);
        }
        // What follows renders a page, or finds an earlier answer.
        await OpenAsync(cancellationToken);
        foreach (var context in contexts)
        {
            context.ChangeTracker.Clear();
            context.Join(transaction!);
        }
        if (key is null)
        {
            return null;
        }
        await using var reader = await ReadWithScopeAsync(key.LookupCommand(), cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? StoredAnswer.Read(reader) : null;
    }

    internal void Attach(ModuleDbContext context)
    {
        contexts.Add(context);
        context.Act(scope, this);
        context.Join(transaction ?? throw new InvalidOperationException("The session is not open."));
    }

    public async ValueTask DisposeAsync()
    {
        // Let go of first: Npgsql hands the same transaction object to the connection's next borrower, and ending it a second
        // time would roll back that borrower's work.
        var (unfinished, borrowed) = (transaction, connection);
        (transaction, connection, ScopeIsDue) = (null, null, false);
        if (unfinished is not null)
        {
            await unfinished.DisposeAsync();
        }
        if (borrowed is not null)
        {
            await borrowed.DisposeAsync();
        }
    }

    private NpgsqlConnection Opened =>
        connection ?? throw new InvalidOperationException("No tenant scope: the route is not mapped with a policy, or a job did not set its tenant.");

    /// <summary>Of what a live list shows, only what this session was not shown before stays to be recorded; another node may have shown it.</summary>
    private async Task KeepFreshAsync(CancellationToken cancellationToken)
    {
        for (var i = audit.Count - 1; i >= 0; i--)
        {
            if (audit[i].Action != nameof(AuditAction.Refreshed))
            {
                continue;
            }
            await using var batch = new NpgsqlBatch(await ConnectionAsync(cancellationToken), transaction) { BatchCommands = { audit[i].FreshIdsCommand() } };
            var fresh = (Guid[])(await batch.ExecuteScalarAsync(cancellationToken))!;
            shown.Remember([audit[i] with { RecordIds = [.. audit[i].RecordIds.Except(fresh)] }]);
            audit[i] = audit[i] with { RecordIds = fresh };
        }
        audit.RemoveAll(entry => entry is { Action: nameof(AuditAction.Refreshed), RecordIds.Length: 0 });
    }

    private async Task<NpgsqlDataReader> ReadWithScopeAsync(NpgsqlBatchCommand query, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(Opened, transaction) { BatchCommands = { scope.SettingCommand(planOnce), query } };
        ScopeIsDue = false;
        var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return reader;
    }

    private void Forget()
    {
        rows.Clear();
        audit.Clear();
        written.Clear();
        work.Clear();
        topics.Clear();
    }
}
