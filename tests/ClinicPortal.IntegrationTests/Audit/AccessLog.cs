using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Audit;

/// <summary>The access log of a new association, with what links, anchors and verifies it; no application runs beside it.</summary>
internal sealed class AccessLog
{
    private static readonly MasterKeys MasterKey = MasterKeys.Of(PortalNode.MasterKey);

    private readonly PortalTestDatabase database;

    private AccessLog(PortalTestDatabase database, Guid tenant)
    {
        (this.database, Tenant) = (database, tenant);
        Linker = new AuditLinker(database.App, Keys, database.Vault, new DatabaseReadiness(), TimeProvider.System, NullLogger<AuditLinker>.Instance);
        Anchors = new AuditAnchors(
            database.App, Keys, Options.Create(new AuditOptions { AnchorDirectory = Path.Combine(database.AnchorDirectory, tenant.ToString()) }), new DatabaseReadiness(),
            TimeProvider.System, NullLogger<AuditAnchors>.Instance);
        Verifier = new AuditVerifier(database.Connections, Keys, Anchors, database.Vault);
    }

    public Guid Tenant { get; }

    public AuditKeys Keys { get; } = new(MasterKey);

    public AuditLinker Linker { get; }

    public AuditAnchors Anchors { get; }

    public AuditVerifier Verifier { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<AccessLog> OfNewAssociationAsync(PortalTestDatabase database)
    {
        var tenant = Guid.NewGuid();
        await database.ExecuteAsync("INSERT INTO app.tenant (id, identifier, created_at) VALUES ($1, $2, now())", tenant, $"t{tenant:N}");
        return new AccessLog(database, tenant);
    }

    public AuditEntry Entry(DateTimeOffset at) => new()
    {
        Tenant = new TenantId(Tenant),
        Id = Guid.CreateVersion7(at),
        At = at.ToUniversalTime(),
        ActorId = Guid.NewGuid(),
        ActorName = "高橋 由美",
        Role = Roles.ClinicDoctor,
        OrganisationId = Guid.NewGuid(),
        OrganisationName = "三軒茶屋在宅クリニック",
        SessionId = Guid.NewGuid(),
        RequestId = "0HN:1",
        Action = nameof(AuditAction.Opened),
        RecordKind = "case",
        RecordIds = [Guid.NewGuid()],
        PatientIds = [Guid.NewGuid()],
        Fields = ["phone"],
        Detail = "print",
        Reason = "SG-261122-001",
        Origin = "127.0.0.1",
        Agent = "Chrome 142 Windows",
    };

    /// <summary>Entries a second apart from a time on, committed and linked.</summary>
    public async Task<IReadOnlyList<AuditEntry>> WriteAsync(int count, DateTimeOffset? from = null)
    {
        var entries = Enumerable.Range(0, count).Select(i => Entry((from ?? NightClock.Start.ToUniversalTime()).AddSeconds(i))).ToList();
        await using var connection = await database.Owner.OpenConnectionAsync(Cancellation);
        foreach (var entry in entries)
        {
            await InsertAsync(connection, entry);
        }
        await Linker.LinkAsync(Cancellation);
        return entries;
    }

    public async Task InsertAsync(NpgsqlConnection connection, AuditEntry entry, DerivedKey? key = null)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { entry.InsertCommand(key ?? Keys.Entries, database.Vault) } };
        await batch.ExecuteNonQueryAsync(Cancellation);
    }

    public async Task<IReadOnlyList<AuditFinding>> FindingsAsync() => (await Verifier.VerifyAsync(Tenant, Cancellation)).Findings;

    /// <summary>Runs SQL as the owner of the database; $1 is the association.</summary>
    public Task<int> TamperAsync(string sql, params object[] values) => database.ExecuteAsync(sql, [Tenant, .. values]);
}
