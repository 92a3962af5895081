using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>What a command on an appointment answers: number, state and times, nothing about the patient.</summary>
/// <param name="Number">Said aloud, such as SG-V261122-004.</param>
/// <param name="Association">Identifier of the association.</param>
/// <param name="AwaitsPatient">A proposed time that patient, family or facility have to answer, not the clinic.</param>
/// <param name="PractitionerId">As slots name the doctor.</param>
public sealed record AppointmentReceipt(
    Guid Id, string Number, string Association, AppointmentStatus Status, bool AwaitsPatient, string Service, DateTimeOffset Start, DateTimeOffset End, Guid PractitionerId, string Practitioner)
{
    /// <summary>The field of forms that a chosen time is in.</summary>
    private const string FormSlot = "slot";

    /// <summary>What the API calls it.</summary>
    private const string ApiStart = "start";

    /// <summary>What the use case said, in the API's words.</summary>
    internal static async Task<Result<AppointmentReceipt>> OfAsync(Task<Result<Appointment>> command, ITenantResolver tenants)
    {
        var done = await command;
        return done.Succeeded
            ? Of(done.Value, tenants)
            : Result<AppointmentReceipt>.Refused([.. done.Errors.Select(e => e.Field == FormSlot ? e with { Field = ApiStart } : e)]);
    }

    private static AppointmentReceipt Of(Appointment a, ITenantResolver tenants) => new(
        a.Id, a.Number, tenants.ById(a.TenantId)!.Identifier, a.Status, a.AwaitsPatient, a.Service, a.StartsAt, a.EndsAt, a.PractitionerId, a.DoctorName);
}
