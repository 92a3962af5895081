namespace ClinicPortal.Modules.Telehealth;

/// <summary>Names the words of booking: hours, appointments, waiting list, messages.</summary>
public sealed class BookingText;
