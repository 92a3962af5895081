using System.Security.Cryptography;
using System.Text.Json;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.DataProtection;

namespace ClinicPortal.Modules.NightDesk.FollowVisit;

/// <param name="Address">The whole link.</param>
public sealed record ShownLink(string Address, string Code);

/// <param name="Shown">The link that was just given: it is shown this once.</param>
public sealed record CaseLinks(Case Case, TenantInfo Tenant, bool MayGive, IReadOnlyList<GivenLink> Given, ShownLink? Shown, FormState Form);

/// <summary>Whoever carries a case gives the family a link to follow it, and ends it again.</summary>
public sealed class GiveLink(
    CaseAccess access, IVisitorLinks links, CurrentUser user, AuditTrail audit, ITenantResolver tenants, IDataProtectionProvider protection, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);
    private static readonly TimeSpan ShownFor = TimeSpan.FromMinutes(5);

    public async Task<CaseLinks?> ShowAsync(Guid caseId, string? shown, FormState form, CancellationToken cancellationToken)
    {
        if (!access.MayCarry || await access.FindAsync(caseId, cancellationToken) is not { } found)
        {
            return null;
        }
        audit.Opened(found.TenantId, "case", caseId, "links");
        return new CaseLinks(
            found, tenants.ById(found.TenantId)!, Refuse(found) is null,
            await links.OfAsync(FollowVisit.Purpose, new TenantId(found.TenantId), caseId, cancellationToken), Open(caseId, shown), form);
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
        audit.Changed(found.TenantId, "link", issued.Id, $"given, case {found.Number}");
        return Protector(caseId).Protect(JsonSerializer.Serialize(new ShownLink(links.Address(tenant, issued.Secret), issued.Code)), ShownFor);
    }

    public async Task<Result<Guid>> RevokeAsync(Guid caseId, Guid link, CancellationToken cancellationToken)
    {
        if (!access.MayCarry || await access.FindAsync(caseId, cancellationToken) is not { } found
            || !await links.RevokeAsync(FollowVisit.Purpose, new TenantId(found.TenantId), caseId, link, cancellationToken))
        {
            return Error.NotFound("case.not-found");
        }
        audit.Changed(found.TenantId, "link", link, $"revoked, case {found.Number}");
        return link;
    }

    private static Error? Refuse(Case found) =>
        FollowVisit.ProgressOf(found.Status) is null || !found.IsOpen ? Error.Conflict("link.case-over")
        : found.PatientBirthDate is null ? new Error("link.no-birth-date")
        : null;

    private ITimeLimitedDataProtector Protector(Guid caseId) =>
        protection.CreateProtector("case-link", $"{user.SessionId:N}", $"{caseId:N}").ToTimeLimitedDataProtector();

    private ShownLink? Open(Guid caseId, string? shown)
    {
        try
        {
            return shown is { Length: > 0 } ? JsonSerializer.Deserialize<ShownLink>(Protector(caseId).Unprotect(shown)) : null;
        }
        catch (CryptographicException)
        {
            // Too old, of another session or altered: it was shown already.
            return null;
        }
    }
}
