using ClinicPortal.Modules.Associations.Checklist;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.AcceptTerms;

/// <param name="Accepted">What the clinic has accepted of this document, the latest first.</param>
public sealed record TermsModel(TermsVersion Terms, IReadOnlyList<TermsAcceptance> Accepted, bool MayAccept, TimeZoneInfo Zone, FormState Form)
{
    public bool IsAccepted => Accepted.Any(a => a.Sha256 == Terms.Sha256);
}

/// <summary>The text that is in force, and who accepted it for the clinic.</summary>
public sealed class ShowTerms(AssociationsDbContext db, OwnClinic own, MemberCheck association, CurrentUser user)
{
    /// <returns>Null when the association has no such document yet.</returns>
    public async Task<TermsModel?> HandleAsync(TermsDocument document, FormState form, CancellationToken cancellationToken)
    {
        if (association.Association.Document.TermsOn(association.Today).FirstOrDefault(t => t.Document == document) is not { } terms)
        {
            return null;
        }
        var id = own.Id;
        var accepted = await db.Acceptances.AsNoTracking().Where(a => a.ClinicId == id && a.Document == document).OrderByDescending(a => a.At).ToListAsync(cancellationToken);
        return new TermsModel(terms, accepted, user.IsAdministrator, association.Association.Zone, form);
    }
}

/// <summary>The clinic accepts the version that its administrator has read, and no other.</summary>
public sealed class AcceptTerms(AssociationsDbContext db, OwnClinic own, MemberCheck association, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    /// <param name="read">SHA-256 of the text that was shown.</param>
    public async Task<Result<Guid>> HandleAsync(TermsDocument document, string? read, bool accepted, CancellationToken cancellationToken)
    {
        var clinic = await own.ForAdministratorAsync(cancellationToken);
        if (!clinic.Succeeded)
        {
            return Result<Guid>.Refused(clinic.Errors);
        }
        if (association.Association.Document.TermsOn(association.Today).FirstOrDefault(t => t.Document == document) is not { } terms)
        {
            return Error.NotFound("not-found");
        }
        if (terms.Sha256 != read)
        {
            return Error.Conflict("terms.changed");
        }
        if (!accepted)
        {
            return Error.OnField("accepted", "terms.not-accepted");
        }
        await association.LockAsync(cancellationToken);
        if (!await db.Acceptances.AnyAsync(a => a.ClinicId == clinic.Value.Id && a.Document == document && a.Sha256 == read, cancellationToken))
        {
            var acceptance = new TermsAcceptance(clinic.Value, terms, user, clock.GetUtcNow());
            db.Acceptances.Add(acceptance);
            await db.SaveChangesAsync(cancellationToken);
            audit.Changed(clinic.Value.TenantId, "terms-acceptance", acceptance.Id, $"{document} {terms.Version}");
        }
        return clinic.Value.Id;
    }
}
