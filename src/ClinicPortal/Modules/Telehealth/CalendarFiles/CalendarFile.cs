using System.Globalization;
using System.Text;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Telehealth.CalendarFiles;

/// <summary>
/// 予約のカレンダーファイル (RFC 5545): times in UTC, one UID for as long as the appointment lives, SEQUENCE that grows with every change. It says neither who is
/// seen nor why: calendars are shared and shown on lock screens.
/// </summary>
public sealed class CalendarFile(IStringLocalizer<BookingText> text, IPortalAddresses addresses, ITenantResolver tenants, TimeProvider clock)
{
    public const string ContentType = "text/calendar";

    /// <summary>RFC 5545, 3.1: octets of a line without its break.</summary>
    private const int MostOctets = 75;

    /// <summary>For the patient: published, and cancelled when it is.</summary>
    public string ForPatient(Appointment appointment, TenantInfo tenant, string language)
    {
        return Language.In(language, () =>
        {
            return Write([appointment], a => text["Calendar.Patient", a.PerformingName], _ => text["Calendar.PatientDetails", tenant.Settings.PhoneNumbers.PublicNumber], null);
        });
    }

    /// <summary>For clinic and doctor: the number, by which the portal finds the rest.</summary>
    public string ForStaff(IReadOnlyCollection<Appointment> appointments) => Write(
        appointments, a => text["Calendar.Staff", a.Number], a => text["Calendar.StaffDetails", a.DoctorName], a => $"{Host(a)}/appointments/{a.Id}");

    private string Host(Appointment appointment) => addresses.InMails(Association(appointment));

    private string Association(Appointment appointment) => tenants.ById(appointment.TenantId)!.Identifier;

    private string Write(
        IReadOnlyCollection<Appointment> appointments, Func<Appointment, string> summary, Func<Appointment, string> details, Func<Appointment, string>? address)
    {
        var cancels = appointments.Count == 1 && IsOver(appointments.First());
        var lines = new List<string> { "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ClinicPortal//Online consultation//JA", "CALSCALE:GREGORIAN", cancels ? "METHOD:CANCEL" : "METHOD:PUBLISH" };
        foreach (var appointment in appointments)
        {
            lines.AddRange(
            [
                "BEGIN:VEVENT",
                $"UID:{appointment.Id:N}@{Association(appointment)}.clinicportal",
                $"SEQUENCE:{appointment.Sequence.ToString(CultureInfo.InvariantCulture)}",
                $"DTSTAMP:{Utc(clock.GetUtcNow())}",
                $"DTSTART:{Utc(appointment.StartsAt)}",
                $"DTEND:{Utc(appointment.EndsAt)}",
                $"SUMMARY:{Escaped(summary(appointment))}",
                $"DESCRIPTION:{Escaped(details(appointment))}",
                $"ORGANIZER;CN={Quoted(appointment.PerformingName)}:{Host(appointment)}",
                $"STATUS:{(IsOver(appointment) ? "CANCELLED" : appointment.Status == AppointmentStatus.Proposed ? "TENTATIVE" : "CONFIRMED")}",
                "CLASS:PRIVATE",
                "TRANSP:OPAQUE",
            ]);
            if (address is not null)
            {
                lines.Add($"URL:{address(appointment)}");
            }
            lines.Add("END:VEVENT");
        }
        lines.Add("END:VCALENDAR");
        return string.Concat(lines.Select(line => Folded(line) + "\r\n"));
    }

    private static bool IsOver(Appointment appointment) => appointment.Status is AppointmentStatus.Cancelled or AppointmentStatus.NoShow;

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>TEXT of RFC 5545, 3.3.11.</summary>
    private static string Escaped(string value) => value.ReplaceLineEndings("\n")
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A parameter value may hold neither quotes nor control characters.</summary>
    private static string Quoted(string value) => $"\"{string.Concat(value.Where(c => c != '"' && !char.IsControl(c)))}\"";

    /// <summary>Lines are folded between characters, never within one.</summary>
    private static string Folded(string line)
    {
        var (folded, octets) = (new StringBuilder(), 0);
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > MostOctets)
            {
                folded.Append("\r\n ");
                octets = 1;
            }
            folded.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        return folded.ToString();
    }
}
