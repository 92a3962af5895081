using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;

namespace ClinicPortal.Modules.Associations.CloseAssociation;

/// <param name="Deletions">What was deleted already, and the checksum of what had been handed over.</param>
public sealed record ClosingModel(AssociationRow Association, string Name, DateOnly Today, IReadOnlyList<DeletionRow> Deletions)
{
    public bool IsHeld => Association.ClosesOn < Today;
}

/// <summary>
/// 終了: the platform operator announces an association's last day, and may take it back until that day is over. Then its records are
/// kept and not changed, and deleted when nobody has to keep them any more.
/// </summary>
public sealed class CloseAssociation(SettingsVersions versions, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    private static readonly TimeZoneInfo Tokyo = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");

    public async Task<ClosingModel?> ShowAsync(Guid id, CancellationToken cancellationToken) =>
        await versions.FindAsync(id, cancellationToken) is { IsOpen: true } association
            ? new ClosingModel(association, tenants.ById(id)?.Name.ToString() ?? association.Identifier, Today(id), await versions.DeletionsAsync(id, cancellationToken)) : null;

    public async Task<Result<Guid>> AnnounceAsync(Guid id, FormPost form, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, cancellationToken) is not { IsOpen: true } association)
        {
            return Error.NotFound("association.not-found");
        }
        if (association.ClosesOn < Today(id))
        {
            return Error.Conflict("closing.over");
        }
        if (form.Value<DateOnly>("closesOn") is not { } day || day <= Today(id))
        {
            return Error.OnField("closesOn", "closing.not-ahead");
        }
        if (form.Text("confirm") != association.Identifier)
        {
            return Error.OnField("confirm", "closing.confirm", association.Identifier);
        }
        await versions.CloseAsync(id, day, cancellationToken);
        audit.Changed(id, TenantHandover.RecordKind, id, ClosingEvidence.Announcement(day));
        return id;
    }

    public async Task<Result<Guid>> WithdrawAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, cancellationToken) is not { ClosesOn: { } day })
        {
            return Error.NotFound("association.not-found");
        }
        if (day < Today(id))
        {
            return Error.Conflict("closing.over");
        }
        await versions.CloseAsync(id, null, cancellationToken);
        audit.Changed(id, TenantHandover.RecordKind, id, "stays open");
        return id;
    }

    private DateOnly Today(Guid id) => WallClock.Of(clock.GetUtcNow(), tenants.ById(id)?.Zone ?? Tokyo).Date;
}
