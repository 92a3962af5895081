using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;

namespace ClinicPortal.Modules.Associations.CloseAssociation;

/// <param name="Ready">Confirmed a moment ago, to be fetched now.</param>
public sealed record HandoverModel(TenantInfo Tenant, bool IsHeld, IReadOnlyList<HandoverRow> Handovers, Guid? Ready);

/// <summary>The secretariat takes everything of its association with it: confirmed twice, on the access log, by an administrator.</summary>
public sealed class TakeOver(TenantHandover handover, CurrentUser user, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<HandoverModel>> ShowAsync(Guid? ready, CancellationToken cancellationToken)
    {
        var allowed = Allowed();
        if (!allowed.Succeeded)
        {
            return Result<HandoverModel>.Refused(allowed.Errors);
        }
        var tenant = allowed.Value;
        return new HandoverModel(tenant, tenant.IsHeldAt(clock.GetUtcNow()), await handover.ListAsync(cancellationToken),
            ready is { } id && await handover.IsMineAsync(id, cancellationToken) ? id : null);
    }

    public async Task<Result<Guid>> ConfirmAsync(FormPost form, CancellationToken cancellationToken)
    {
        var allowed = Allowed();
        if (!allowed.Succeeded)
        {
            return Result<Guid>.Refused(allowed.Errors);
        }
        var tenant = allowed.Value;
        if (!form.Checked("understood"))
        {
            return Error.OnField("understood", "closing.understand");
        }
        if (form.Text("confirm") != tenant.Identifier)
        {
            return Error.OnField("confirm", "closing.confirm", tenant.Identifier);
        }
        var id = await handover.AskAsync(tenant.Id, cancellationToken);
        audit.Changed(tenant.Id, TenantHandover.RecordKind, id, "handover");
        return id;
    }

    /// <returns>Null for what the caller did not confirm a moment ago.</returns>
    public async Task<TenantInfo?> BeginAsync(Guid id, CancellationToken cancellationToken)
    {
        var allowed = Allowed();
        if (!allowed.Succeeded || !await handover.IsMineAsync(id, cancellationToken))
        {
            return null;
        }
        audit.Exported(TenantHandover.RecordKind, [(allowed.Value.Id, id)]);
        return allowed.Value;
    }

    private Result<TenantInfo> Allowed() =>
        user.TenantId is not { } id || tenants.ById(id) is not { ClosesOn: not null } tenant ? Error.NotFound("association.not-found")
        : !user.IsAdministrator ? Error.Forbidden("forbidden")
        : tenant;
}
