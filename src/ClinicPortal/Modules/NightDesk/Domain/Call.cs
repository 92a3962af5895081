namespace ClinicPortal.Modules.NightDesk.Domain;

/// <summary>Who called.</summary>
public sealed record Caller(CallerKind Kind, string? Name, string? Phone);

/// <summary>Whom it is about, as known when the case was opened; a registered patient's data are copied, so that the board needs no other module.</summary>
public sealed record CasePatient(
    Guid? Id, string? Name, string? Kana, DateOnly? BirthDate, string? Sex, string? Phone, string? Address, double? Latitude, double? Longitude,
    Guid? PrimaryClinicId, string? PrimaryClinicName, Guid? SecondaryClinicId, string? SecondaryClinicName, Guid? FacilityId, string? FacilityName)
{
    public static CasePatient Unknown { get; } = new(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
}
