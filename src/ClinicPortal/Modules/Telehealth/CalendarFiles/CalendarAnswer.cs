using System.Text;

namespace ClinicPortal.Modules.Telehealth.CalendarFiles;

internal static class CalendarAnswer
{
    public static IResult Of(string calendar) => Results.File(Encoding.UTF8.GetBytes(calendar), $"{CalendarFile.ContentType}; charset=utf-8", "appointment.ics");
}
