using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Patients.BreakGlass;

/// <summary>Every entry of the association, without a word on who the patient is: the secretariat judges the access, not the case.</summary>
/// <param name="Judged">The entry whose form was refused.</param>
public sealed record BreakGlassReviews(IReadOnlyList<BreakGlassEntry> Entries, TimeZoneInfo Zone, FormState Form, Guid? Judged);

/// <summary>The secretariat settles each emergency access, or asks about it; the clinics concerned read of theirs.</summary>
public sealed class ReviewBreakGlass(
    PatientsDbContext db, CurrentUser user, AuditTrail audit, IStringLocalizer<PatientsText> text, ITenantResolver tenants, TimeProvider clock) : IBrokenGlass
{
    private const int Most = 200;
    private const int MaxLength = 500;
    private static readonly TimeSpan Told = TimeSpan.FromDays(7);

    public async Task<BreakGlassReviews> ListAsync(FormState form, Guid? judged, CancellationToken cancellationToken)
    {
        var entries = await db.BrokenGlass.AsNoTracking()
            .OrderBy(b => b.Review == BreakGlassReview.Unreviewed ? 0 : 1).ThenByDescending(b => b.OpenedAt).Take(Most).ToListAsync(cancellationToken);
        audit.Listed("break-glass", entries.Select(b => (b.TenantId, b.Id, (Guid?)b.PatientId)));
        return new BreakGlassReviews(entries, tenants.ById(user.TenantId!.Value)!.Zone, form, judged);
    }

    public async Task<Result<Guid>> JudgeAsync(Guid id, BreakGlassReview? review, string? note, CancellationToken cancellationToken)
    {
        if (await db.BrokenGlass.SingleOrDefaultAsync(b => b.Id == id, cancellationToken) is not { } entry)
        {
            return Error.NotFound("break-glass.not-found");
        }
        if (note?.Length > MaxLength)
        {
            return Error.OnField("note", "too-long", MaxLength);
        }
        if (entry.Judge(review ?? BreakGlassReview.Unreviewed, note, user, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(entry.TenantId, "break-glass", id, entry.Review.ToString(), patient: entry.PatientId);
        return id;
    }

    public async Task<IReadOnlyList<BrokenGlassNotice>> OfOwnPatientsAsync(CancellationToken cancellationToken)
    {
        var (clinic, since) = (user.OrganisationId, clock.GetUtcNow() - Told);
        var entries = await (
            from entry in db.BrokenGlass.AsNoTracking()
            join patient in db.Patients on new { entry.TenantId, Id = entry.PatientId } equals new { patient.TenantId, patient.Id }
            where entry.ClinicId == clinic && entry.OpenedAt > since
            orderby entry.OpenedAt descending
            select new { Entry = entry, Name = patient.FamilyName + " " + patient.GivenName }).Take(Most).ToListAsync(cancellationToken);
        return entries.ConvertAll(e => new BrokenGlassNotice(
            e.Entry.Id, new PatientId(e.Entry.PatientId), e.Name, e.Entry.AccountName, text[$"Role.{e.Entry.Role}"], text[$"BreakGlassReason.{e.Entry.Reason}"],
            e.Entry.Explanation, e.Entry.OpenedAt, e.Entry.EndsAt));
    }
}
