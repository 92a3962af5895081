using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Roster.CorrectAttendance;

internal static class CorrectionEndpoints
{
    public static void MapCorrections(this IEndpointRouteBuilder app)
    {
        var attendance = app.MapGroup("/attendance").RequireRoles(Roles.Secretariat);
        attendance.MapGet("/{id:guid}", (Guid id, CorrectAttendanceHandler handler, PageRenderer pages, CancellationToken ct) => ShowAsync(id, FormState.Empty, handler, pages, ct));
        attendance.MapPost("/{id:guid}", (Guid id, FormPost post, CorrectAttendanceHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.CorrectAsync(id, Input(form), ct), done => $"/attendance/{done}", state => ShowAsync(id, state, handler, pages, ct), ct));
        attendance.MapGet("/shifts/{id:guid}", (Guid id, string? role, CorrectAttendanceHandler handler, PageRenderer pages, CancellationToken ct) =>
            ShowMissingAsync(id, RoleOf(role), FormState.Empty, handler, pages, ct));
        attendance.MapPost("/shifts/{id:guid}", (Guid id, FormPost post, CorrectAttendanceHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.EnterAsync(id, RoleOf(form.Text("role")), Input(form), ct), done => $"/attendance/{done}",
            state => ShowMissingAsync(id, RoleOf(state.Value("role")), state, handler, pages, ct), ct));
    }

    private static DutyRole RoleOf(string? written) => Enum.TryParse<DutyRole>(written, out var role) && Enum.IsDefined(role) ? role : DutyRole.Doctor;

    private static CorrectionInput Input(FormPost form) => new(
        form.Value<DateOnly>("inDay"), form.Value<TimeOnly>("inTime"), form.Value<DateOnly>("outDay"), form.Value<TimeOnly>("outTime"), form.Value<int>("break"), form.Checked("struck"),
        form.Text("reason"), form.Value<int>("revision"));

    private static async Task<IResult> ShowAsync(Guid id, FormState state, CorrectAttendanceHandler handler, PageRenderer pages, CancellationToken cancellationToken) =>
        await handler.ShowAsync(id, state, cancellationToken) is { } model ? pages.Page<CorrectionPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> ShowMissingAsync(Guid id, DutyRole role, FormState state, CorrectAttendanceHandler handler, PageRenderer pages, CancellationToken cancellationToken) =>
        await handler.ShowMissingAsync(id, role, state, cancellationToken) switch
        {
            null => Results.NotFound(),
            { Known: { } known } => Results.Redirect($"/attendance/{known}"),
            var (model, _) => pages.Page<CorrectionPage>(new { Model = model }),
        };
}
