using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.NightDesk.FollowVisit;

/// <param name="Shown">The link that was just given: it is shown this once.</param>
public sealed record CaseLinks(Case Case, TenantInfo Tenant, bool MayGive, IReadOnlyList<GivenLink> Given, ShownLink? Shown, FormState Form);

/// <summary>Whoever carries a case gives the family a link to follow it, and ends it again.</summary>
public sealed class GiveLink(CaseAccess access, IVisitorLinks links, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public async Task<CaseLinks?> ShowAsync(Guid caseId, string? shown, FormState form, CancellationToken cancellationToken)
    {
        if (!access.MayCarry || await access.FindAsync(caseId, cancellationToken) is not { } found)
        {
            return null;
        }
        audit.Opened(found.TenantId, "case", caseId, detail: "links", patient: found.PatientId);
        return new CaseLinks(
            found, tenants.ById(found.TenantId)!, Refuse(found) is null,
            await links.OfAsync(FollowVisit.Purpose, new TenantId(found.TenantId), caseId, cancellationToken), links.Unwrap(caseId, shown), form);
    }

    /// <returns>What the next page shows once: link and code, readable by this session only.</returns>
    public async Task<Result<string>> HandleAsync(Guid caseId, CancellationToken cancellationToken)
    {
        if (!access.MayCarry || await access.FindAsync(caseId, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        if (Refuse(found) is { } refusal)
        {
            return refusal;
        }
        var tenant = new TenantId(found.TenantId);
        var issued = await links.IssueAsync(FollowVisit.Purpose, tenant, caseId, found.PatientBirthDate!.Value, clock.GetUtcNow() + Lifetime, cancellationToken);
        audit.Changed(found.TenantId, "link", issued.Id, $"given, case {found.Number}", patient: found.PatientId);
        return links.Wrap(tenant, caseId, issued);
    }

    public async Task<Result<Guid>> RevokeAsync(Guid caseId, Guid link, CancellationToken cancellationToken)
    {
        if (!access.MayCarry || await access.FindAsync(caseId, cancellationToken) is not { } found
            || !await links.RevokeAsync(FollowVisit.Purpose, new TenantId(found.TenantId), caseId, link, cancellationToken))
        {
            return Error.NotFound("case.not-found");
        }
        audit.Changed(found.TenantId, "link", link, $"revoked, case {found.Number}", patient: found.PatientId);
        return link;
    }

    private static Error? Refuse(Case found) =>
        FollowVisit.ProgressOf(found.Status) is null || !found.IsOpen ? Error.Conflict("link.case-over")
        : found.PatientBirthDate is null ? new Error("link.no-birth-date")
        : null;
}
