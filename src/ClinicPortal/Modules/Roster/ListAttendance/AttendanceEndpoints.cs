using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Roster.ListAttendance;

internal static class AttendanceEndpoints
{
    public static void MapAttendanceList(this IEndpointRouteBuilder app)
    {
        app.MapGet("/attendance", async (string? month, string? person, string? role, string? state, string? corrected, ListAttendanceHandler list, PageRenderer pages, CancellationToken ct) =>
            pages.Page<AttendancePage>(new { Model = await list.HandleAsync(Query(month, person, role, state, corrected), ct) })).RequireRoles(Roles.Secretariat);
        app.MapGet("/attendance.csv", async (string? month, string? person, string? role, string? state, string? corrected, ListAttendanceHandler list, CancellationToken ct) =>
            await list.FileAsync(Query(month, person, role, state, corrected), ct) is var (name, content) ? Results.File(content, CsvText.ContentType, name) : Results.NotFound())
            .RequireRoles(Roles.Secretariat);
    }

    /// <summary>An empty choice of the form, or a value that does not exist, filters nothing.</summary>
    private static AttendanceQuery Query(string? month, string? person, string? role, string? state, string? corrected) => new(
        month, Guid.TryParse(person, out var id) ? id : null, Enum.TryParse<DutyRole>(role, out var duty) && Enum.IsDefined(duty) ? duty : null,
        Enum.TryParse<AttendanceState>(state, out var stands) && Enum.IsDefined(stands) ? stands : null, corrected is not (null or "" or "false"));
}
