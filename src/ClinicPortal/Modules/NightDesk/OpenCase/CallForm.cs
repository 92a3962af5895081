using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.NightDesk.OpenCase;

/// <summary>What a form about a call says of a patient whom no clinic has registered.</summary>
internal static class CallForm
{
    private const string BirthDate = "patient.birthDate";

    public static UnregisteredPatient Patient(FormPost form) => new(
        form.Text("patient.name"), form.Text("patient.kana"), form.WrittenDay(BirthDate, out _), form.Text("patient.phone"), form.Text("patient.address"));

    /// <returns>Null when all that was typed can be read.</returns>
    public static Error? Refuse(FormPost form)
    {
        form.WrittenDay(BirthDate, out var unreadable);
        return unreadable ? Error.OnField(BirthDate, "case.birth-date-unreadable") : null;
    }
}
