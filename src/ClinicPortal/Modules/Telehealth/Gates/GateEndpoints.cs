using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.Gates;

internal static class GateEndpoints
{
    private const string Page = "/consultations/{id:guid}/gates";

    public static void MapGates(this IEndpointRouteBuilder app)
    {
        app.MapGet(Page, (Guid id, ShowGates show, PageRenderer pages, CancellationToken ct) => ShowAsync(id, FormState.Empty, show, pages, ct))
            .RequireRoles(ShowGates.Readers);
        app.MapGet(Page + "/document", async (Guid id, ShowGates show, CancellationToken ct) =>
                await show.PhotoAsync(id, ct) is { } photo ? Results.File(photo.Image(), photo.ContentType) : Results.NotFound())
            .RequireRoles(ShowGates.Readers);
        app.MapPost(Page + "/meet", (Guid id, SettleGate settle, ShowGates show, FormPost post, PageRenderer pages, CancellationToken ct) =>
            SendAsync(id, (form, gate) => settle.MeetAsync(id, gate, Told(form, gate), ct), show, post, pages, ct)).RequireRoles(ShowGates.Readers);
        app.MapPost(Page + "/bypass", (Guid id, SettleGate settle, ShowGates show, FormPost post, PageRenderer pages, CancellationToken ct) =>
            SendAsync(
                id, (form, gate) => settle.BypassAsync(id, gate, new GateEvidence { Reason = Text(form, "reason"), Emergency = form.Checked("emergency") ? true : null }, ct),
                show, post, pages, ct)).RequireRoles(Roles.ClinicDoctor, Roles.NightDoctor);
        app.MapPost(Page + "/reopen", (Guid id, SettleGate settle, ShowGates show, FormPost post, PageRenderer pages, CancellationToken ct) =>
            SendAsync(id, (form, gate) => settle.ReopenAsync(id, gate, Text(form, "reason"), ct), show, post, pages, ct)).RequireRoles(ShowGates.Readers);
        app.MapPost(Page + "/document", (Guid id, SettleGate settle, ShowGates show, FormPost post, PageRenderer pages, CancellationToken ct) =>
            SendAsync(id, (form, _) => settle.JudgePhotoAsync(id, form.Text("do") == "matches", Text(form, "reason"), ct), show, post, pages, ct))
            .RequireRoles(ShowGates.Readers);
    }

    private static Task<IResult> SendAsync(
        Guid id, Func<FormPost, Gate, Task<Result<Guid>>> settle, ShowGates show, FormPost post, PageRenderer pages, CancellationToken cancellationToken) => post.RunAsync(
        async form => form.Choice<Gate>("gate") is { } gate ? await settle(form, gate)
            : await show.FindAsync(id, cancellationToken) is null ? Error.NotFound("appointment.not-found") : Error.Conflict("gate.not-asked-for"),
        _ => $"/consultations/{id}/gates",
        state => ShowAsync(id, state, show, pages, cancellationToken), cancellationToken);

    private static async Task<IResult> ShowAsync(Guid id, FormState state, ShowGates show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, state, cancellationToken) is { } model ? pages.Page<GatesPage>(new { Model = model }) : Results.NotFound();

    private static GateEvidence Told(FormPost form, Gate gate) => gate == Gate.CarePlan
        ? new GateEvidence { Way = GateWay.FirstVisit, Background = Text(form, "background"), WhyNotInPerson = Text(form, "whyNotInPerson") }
        : new GateEvidence
        {
            Way = form.Choice<GateWay>("way") is GateWay.Oral ? GateWay.Oral : GateWay.Phone,
            Who = Text(form, "who"),
            Relation = Text(form, "relation"),
            When = Text(form, "when"),
            Answers = gate == Gate.Questionnaire && Text(form, "answers") is { } answers ? [new QuestionAnswer("told", "", answers)] : null,
        };

    private static string? Text(FormPost form, string field) => form.Text(field) is { Length: > GateRules.MaxText } text ? text[..GateRules.MaxText] : form.Text(field);
}
