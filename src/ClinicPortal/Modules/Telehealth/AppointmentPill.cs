using ClinicPortal.Modules.Telehealth.Domain;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>The look of a state beside its word.</summary>
public static class AppointmentPill
{
    /// <returns>The key of its word.</returns>
    public static string Word(Appointment appointment) => appointment.AwaitsPatient ? "Status.AwaitsPatient" : $"Status.{appointment.Status}";

    public static string Of(AppointmentStatus status) => status switch
    {
        AppointmentStatus.Proposed => "pill pill-warn",
        AppointmentStatus.Booked => "pill pill-info",
        AppointmentStatus.Arrived or AppointmentStatus.InProgress => "pill pill-ok",
        AppointmentStatus.NoShow => "pill pill-alert",
        _ => "pill pill-neutral",
    };
}
