using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.ListPatients;

/// <param name="Query">What was searched for; null shows all, page by page.</param>
/// <param name="Refusal">Why the query was not asked.</param>
/// <param name="SeesLooks">May see who looked at the clinic's patients.</param>
/// <param name="MayBreakGlass">May open another clinic's record in an emergency.</param>
/// <param name="Imported">How many patients an import has just added.</param>
public sealed record PatientsModel(
    IReadOnlyList<PatientHit> Patients, string? Query, string? Refusal, int Page, int Pages, int Total, DateOnly Today, bool OpensCharts, bool SeesLooks,
    bool MayBreakGlass, int? Imported)
{
    /// <summary>By other clinics; beside the first page of all.</summary>
    public IReadOnlyList<PatientHit> Shared { get; init; } = [];

    /// <summary>A facility, which opens no chart, asks for consultations by video from the list.</summary>
    public bool OffersVideo { get; init; }
}

/// <summary>患者一覧 of a clinic or a care facility: its own patients, and the search among them.</summary>
public sealed class ListPatients(
    PatientsDbContext db, PatientAudience audience, SearchPatients.SearchPatients search, AuditTrail audit, Problems problems, CurrentUser user,
    ITenantResolver tenants, Vault vault, TimeProvider clock)
{
    private const int PageSize = 50;

    public async Task<PatientsModel> HandleAsync(string? query, int page, int? imported, CancellationToken cancellationToken)
    {
        var (today, _) = WallClock.Of(clock.GetUtcNow(), tenants.ById(user.TenantId!.Value)!.Zone);
        var empty = new PatientsModel([], null, null, 1, 1, 0, today, user.Is(Roles.ClinicDoctor, Roles.ClinicStaff),
            user.Is(Roles.ClinicDoctor) || (user.Is(Roles.ClinicStaff) && user.IsAdministrator), user.Is(Roles.ClinicDoctor), imported)
        {
            OffersVideo = user.Is(Roles.FacilityStaff) && tenants.ById(user.TenantId!.Value)!.Settings.OnlineConsultation?.Services.Any(s => s.ByLink) == true,
        };
        if (!string.IsNullOrWhiteSpace(query))
        {
            var hits = await search.HandleAsync(query, cancellationToken);
            return hits.Succeeded
                ? empty with { Query = query, Patients = hits.Value, Total = hits.Value.Count }
                : empty with { Query = query, Refusal = problems.Message(hits.Errors[0]) };
        }
        var own = audience.Known(db.Patients.AsNoTracking());
        var total = await own.CountAsync(cancellationToken);
        var pages = Math.Max(1, (total + PageSize - 1) / PageSize);
        page = Math.Clamp(page, 1, pages);
        var patients = await PageAsync(own, page, cancellationToken);
        var shared = page == 1 ? await PageAsync(audience.Shared(db.Patients.AsNoTracking()), 1, cancellationToken) : [];
        audit.Listed("patient", patients.Concat(shared).Select(p => (p.TenantId, p.Id.Value)));
        return empty with { Patients = patients, Page = page, Pages = pages, Total = total, Shared = shared };
    }

    private async Task<List<PatientHit>> PageAsync(IQueryable<Patient> patients, int page, CancellationToken cancellationToken)
    {
        var listed = await patients.OrderBy(p => p.FamilyKana).ThenBy(p => p.GivenKana).ThenBy(p => p.Id)
            .Skip((page - 1) * PageSize).Take(PageSize)
            .Select(p => new
            {
                Hit = new PatientHit(
                    p.TenantId, new PatientId(p.Id), p.FamilyName + " " + p.GivenName, p.FamilyKana + " " + p.GivenKana, p.BirthDate, p.Sex, p.Phone ?? p.Mobile,
                    "", new ClinicId(p.PrimaryClinicId), p.PrimaryClinicName, p.FacilityName),
                p.SealedPlace,
            })
            .ToListAsync(cancellationToken);
        return listed.ConvertAll(p => p.Hit with { TownName = vault.Open(p.SealedPlace, p.Hit.TenantId, p.Hit.Id.Value).TownName });
    }
}
