using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;

namespace ClinicPortal.Modules.NightDesk;

internal static class CasePatients
{
    /// <summary>What a case copies of a registered patient.</summary>
    public static CasePatient Of(PatientSnapshot p) => new(
        p.Id.Value, p.Name, p.Kana, p.BirthDate, p.Sex.ToString(), p.Phone, p.Address, p.Latitude, p.Longitude,
        p.PrimaryClinicId.Value, p.PrimaryClinicName, p.SecondaryClinicId?.Value, p.SecondaryClinicName, p.FacilityId?.Value, p.FacilityName);
}
