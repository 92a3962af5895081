using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.NightDesk.OpenCase;

/// <summary>How much may be taken down of a call.</summary>
internal static class CallText
{
    private const int MaxComplaint = 4_000;
    private const int MaxName = 100;
    private const int MaxAddress = 300;

    public static IEnumerable<Error> Check(Caller caller, UnregisteredPatient? patient, string? complaint) =>
        from field in new (string Name, string? Text, int Limit)[]
        {
            ("complaint", complaint, MaxComplaint), ("caller.name", caller.Name, MaxName), ("caller.phone", caller.Phone, MaxName),
            ("patient.name", patient?.Name, MaxName), ("patient.kana", patient?.Kana, MaxName),
            ("patient.phone", patient?.Phone, MaxName), ("patient.address", patient?.Address, MaxAddress),
        }
        where field.Text?.Length > field.Limit
        select Error.OnField(field.Name, "too-long", field.Limit);
}
