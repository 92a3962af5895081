using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Identity.Staff;

/// <summary>Writes down who changed whose rights: for the organisation itself, and on the access log of each association it works for.</summary>
internal sealed class OrganisationLog(AuditTrail audit, TenantScope scope, CurrentUser user, TimeProvider clock)
{
    /// <param name="subject">Name or address of the person or key.</param>
    /// <param name="detail">What it became: a role, a day.</param>
    public void Add(IdentityDb db, Organisation organisation, OrganisationEventKind kind, Guid subjectId, string subject, string? detail = null)
    {
        db.Add(new OrganisationEvent(organisation, user, kind, subjectId, subject, detail, clock.GetUtcNow()));
        foreach (var tenant in scope.Tenants)
        {
            audit.Changed(tenant, RecordKind(kind), subjectId, $"{kind} {detail}".Trim());
        }
    }

    private static string RecordKind(OrganisationEventKind kind) => kind switch
    {
        OrganisationEventKind.Invited or OrganisationEventKind.InvitedAgain or OrganisationEventKind.InvitationRevoked => "invitation",
        OrganisationEventKind.KeyCreated or OrganisationEventKind.KeyRevoked => "api-key",
        OrganisationEventKind.ClientTrusted or OrganisationEventKind.ClientRevoked => "trusted-client",
        _ => "membership",
    };
}
