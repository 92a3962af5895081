using System.Diagnostics;
using ClinicPortal.Benchmarks.Sites;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ClinicPortal.Benchmarks.Audit;

internal sealed record ChainFigures(double InsertedPerSecond, double LinkedPerSecond, double SelectedPerSecond, double VerifiedPerSecond);

/// <summary>Inserts entries, links them, and verifies the whole log, beside reading the same rows and doing nothing with them.</summary>
internal sealed class ChainSpeed : IAsyncDisposable
{
    public const int EntriesOfATransaction = 500;

    private readonly NpgsqlDataSource owner;
    private readonly NpgsqlDataSource app;
    private readonly AuditKeys keys = new(MasterKeys.Of(TestBed.MasterKey));
    private readonly Vault vault;
    private readonly AuditLinker linker;
    private readonly AuditVerifier verifier;
    private DateTimeOffset at;

    public ChainSpeed(Site site, string anchors)
    {
        (owner, app) = (NpgsqlDataSource.Create(site.Connections.Owner), NpgsqlDataSource.Create(site.Connections.App));
        var readiness = new DatabaseReadiness();
        vault = new Vault(new TenantKeys(MasterKeys.Of(TestBed.MasterKey), app, TimeProvider.System));
        linker = new AuditLinker(app, keys, vault, readiness, TimeProvider.System, NullLogger<AuditLinker>.Instance);
        var options = Options.Create(new ClinicPortal.Shared.Audit.AuditOptions { AnchorDirectory = anchors });
        verifier = new AuditVerifier(
            site.Connections, keys, new AuditAnchors(app, keys, options, readiness, TimeProvider.System, NullLogger<AuditAnchors>.Instance), vault);
        at = TimeProvider.System.GetUtcNow();
        at = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>Away with what filled the site: nobody signed or linked it.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await using var truncate = owner.CreateCommand("TRUNCATE app.audit_entry, app.audit_unlinked, app.audit_link, app.audit_patient");
        await truncate.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <exception cref="InvalidOperationException">Something was not linked, or verified to be wrong.</exception>
    public async Task<ChainFigures> MeasureAsync(int entries, CancellationToken cancellationToken)
    {
        var inserted = await PerSecondAsync(() => InsertAsync(entries, cancellationToken));
        var linked = await PerSecondAsync(() => linker.LinkAsync(cancellationToken));
        await using (var vacuum = owner.CreateCommand("VACUUM ANALYZE app.audit_entry, app.audit_link, app.audit_unlinked"))
        {
            await vacuum.ExecuteNonQueryAsync(cancellationToken);
        }
        var selected = await PerSecondAsync(() => SelectAsync(cancellationToken));
        var verified = await PerSecondAsync(async () =>
        {
            var verdict = await verifier.VerifyAsync(null, cancellationToken);
            return verdict.Findings.Count == 0 ? (int)verdict.Entries : throw new InvalidOperationException($"Not whole: {verdict.Findings[0]}");
        });
        return new ChainFigures(inserted, linked, selected, verified);
    }

    public async ValueTask DisposeAsync()
    {
        await owner.DisposeAsync();
        await app.DisposeAsync();
    }

    private static async Task<double> PerSecondAsync(Func<Task<int>> work)
    {
        var started = Stopwatch.GetTimestamp();
        var done = await work();
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<int> InsertAsync(int entries, CancellationToken cancellationToken)
    {
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        for (var done = 0; done < entries; done += EntriesOfATransaction)
        {
            await using var batch = new NpgsqlBatch(connection);
            for (var i = done; i < Math.Min(done + EntriesOfATransaction, entries); i++)
            {
                batch.BatchCommands.Add(Entry(i).InsertCommand(keys.Entries, vault));
            }
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        return entries;
    }

    /// <summary>All columns are read, as the verifier does.</summary>
    private async Task<int> SelectAsync(CancellationToken cancellationToken)
    {
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        var rows = 0;
        await using (var entries = new NpgsqlCommand($"SELECT {AuditEntry.Columns}, mac, key_id FROM app.audit_entry", connection))
        await using (var reader = await entries.ExecuteReaderAsync(cancellationToken))
        {
            for (; await reader.ReadAsync(cancellationToken); rows++)
            {
                AuditRow.Read(reader, vault);
            }
        }
        await using var links = new NpgsqlCommand("SELECT sequence, entry_at, entry_id, mac, key_id FROM app.audit_link", connection);
        await using var linked = await links.ExecuteReaderAsync(cancellationToken);
        while (await linked.ReadAsync(cancellationToken))
        {
            linked.GetInt64(0);
        }
        return rows;
    }

    private AuditEntry Entry(int number)
    {
        at = at.AddMicroseconds(1);
        return new AuditEntry
        {
            Tenant = new TenantId(SiteIds.AssociationId(number % 2)),
            Id = Guid.CreateVersion7(at),
            At = at,
            ActorId = SiteIds.AssociationId(0),
            ActorName = "高橋 由美",
            Role = Roles.ClinicDoctor,
            OrganisationId = SiteIds.AssociationId(1),
            OrganisationName = "三軒茶屋在宅クリニック",
            SessionId = SiteIds.AssociationId(1),
            RequestId = "0HNABCDEF:00000001",
            Action = nameof(AuditAction.Opened),
            RecordKind = RecordKinds.Patient,
            RecordIds = [SiteIds.Patient(number % 2, number % 1_000)],
            Origin = "192.0.2.17",
            Agent = "Chrome 142 Windows",
        };
    }
}
