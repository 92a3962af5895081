using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.NightDesk.OpenCase;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.NightDesk.NewCall;

/// <summary>One form takes down the call; a hit of the search sends the same form with its patient, so that nothing typed is lost.</summary>
internal static class NewCallEndpoint
{
    private const int DigitsOfAPhone = 9;

    private static readonly string[] Openers = [Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff];

    public static void MapNewCall(this IEndpointRouteBuilder app)
    {
        app.MapGet("/cases/new", ShowAsync).RequireRoles(Openers);
        app.MapPost("/cases/new/search", (HiddenSearch hidden, CancellationToken cancellationToken) => hidden.LeadAsync("/cases/new", cancellationToken))
            .RequireRoles(Openers);
        app.MapPost("/cases/new", OpenAsync).RequireRoles(Openers);
    }

    private static async Task<IResult> ShowAsync(
        string? search, HiddenSearch hidden, HttpContext context, FindCaller find, PageRenderer pages, CancellationToken cancellationToken)
    {
        var model = await find.HandleAsync(hidden.Read(search), cancellationToken);
        return context.Request.Headers["Turbo-Frame"] == CallerHits.Frame
            ? pages.Fragment<CallerHits>(new { Model = model })
            : pages.Page<NewCallPage>(new { Model = model, Form = FormState.Empty });
    }

    private static Task<IResult> OpenAsync(
        FormPost post, OpenCaseHandler open, FindCaller find, CurrentUser user, PageRenderer pages, CancellationToken cancellationToken) =>
        post.RunAsync(
            form => form.Text("patientId") is null && CallForm.Refuse(form) is { } unreadable
                ? Task.FromResult<Result<CaseReceipt>>(unreadable)
                : open.HandleAsync(Input(form, user), cancellationToken),
            receipt => $"/cases/{receipt.Id}",
            async state => pages.Page<NewCallPage>(new { Model = await find.HandleAsync(state.Value("searched"), cancellationToken), Form = state }),
            cancellationToken);

    private static OpenCaseInput Input(FormPost form, CurrentUser user)
    {
        var patientId = form.Value<Guid>("patientId");
        var searched = form.Text("searched");
        return new OpenCaseInput(
            patientId is null ? form.Text("association") : null,
            user.Is(Roles.DeskOperator) ? Channel.Phone : Channel.Portal,
            // The number that found the patient is the number that called.
            new Caller(form.Choice<CallerKind>("caller.kind") ?? CallerKind.Other, form.Text("caller.name"),
                form.Text("caller.phone") ?? (patientId is not null && searched?.Count(char.IsDigit) > DigitsOfAPhone ? searched : null)),
            patientId,
            patientId is null
                ? CallForm.Patient(form)
                : null,
            form.Text("complaint"), null);
    }
}
