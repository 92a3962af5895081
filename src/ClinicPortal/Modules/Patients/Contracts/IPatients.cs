using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Shared;

namespace ClinicPortal.Modules.Patients.Contracts;

/// <summary>
/// Home patients within the tenants in scope. What a caller may see follows from who it is: clinics their own patients
/// (as secondary physician too, where the association pairs physicians), facilities their own residents, the night desk and the
/// portal's own jobs all in scope, everybody else none. What may not be seen answers as what does not exist.
/// </summary>
public interface IPatients
{
    Task<PatientSnapshot?> FindAsync(PatientId id, CancellationToken cancellationToken);

    /// <summary>The chart's summary for clinics of their own patients, for the portal's jobs of all. Nobody else has one without a case:
    /// see <see cref="SummaryForCaseAsync"/>.</summary>
    Task<PatientSummary?> SummaryAsync(PatientId id, CancellationToken cancellationToken);

    /// <summary>
    /// The summary whoever asks, within the scope: for the module that owns cases, once it has found that this caller
    /// has an open case or dispatch of this patient. It writes the audit entry, which names the case.
    /// </summary>
    Task<PatientSummary?> SummaryForCaseAsync(PatientId id, CancellationToken cancellationToken);

    /// <summary>The patient whom a visitor's link names: for the module that has found the pass. Everybody else has none.</summary>
    Task<PatientSnapshot?> FindForVisitorAsync(PatientId id, CancellationToken cancellationToken);

    /// <summary>
    /// Patients that match every word of the query: name or kana from anywhere in it, digits from anywhere in a phone number, birth date
    /// in any usual form. Best first, in one round trip. A query too short to tell people apart finds nobody.
    /// </summary>
    /// <param name="association">Whose patients; null for those of all associations in scope.</param>
    Task<IReadOnlyList<PatientHit>> SearchAsync(string query, Guid? association, int limit, CancellationToken cancellationToken);

    /// <summary>For the paper sheet: the patients of these clinics, by clinic and kana. The desk and the portal's jobs only.</summary>
    Task<IReadOnlyList<PatientOnPaper>> OnPaperAsync(IReadOnlyCollection<ClinicId> clinics, CancellationToken cancellationToken);

    /// <summary>How many patients each clinic had registered before a moment, for what it pays: the portal's jobs of all in scope, everybody else of none.</summary>
    Task<IReadOnlyDictionary<ClinicId, int>> CountByClinicAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>Identifies a home patient (在宅患者).</summary>
public readonly record struct PatientId(Guid Value);

/// <summary>What a case copies when it begins: who, where, whose patient.</summary>
/// <param name="Phone">The number to call first.</param>
/// <param name="TownName">町丁目.</param>
public sealed record PatientSnapshot(
    Guid TenantId, PatientId Id, string Name, string Kana, DateOnly BirthDate, Sex Sex, string? Phone, string Address, string TownName,
    double? Latitude, double? Longitude, ClinicId PrimaryClinicId, string PrimaryClinicName, ClinicId? SecondaryClinicId, string? SecondaryClinicName,
    FacilityId? FacilityId, string? FacilityName);

/// <summary>One line of search results: enough to tell two people apart, nothing clinical.</summary>
public sealed record PatientHit(
    Guid TenantId, PatientId Id, string Name, string Kana, DateOnly BirthDate, Sex Sex, string? Phone, string TownName,
    ClinicId PrimaryClinicId, string PrimaryClinicName, string? FacilityName);

/// <summary>What must be known of a patient when no screen works.</summary>
public sealed record PatientOnPaper(
    Guid TenantId, PatientId Id, string Name, string Kana, DateOnly BirthDate, Sex Sex, string? Phone, string Address, string PrimaryClinicName,
    string? FacilityName, ChartSummary Chart);
