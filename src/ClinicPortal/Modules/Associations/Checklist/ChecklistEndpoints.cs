using ClinicPortal.Modules.Associations.AcceptTerms;
using ClinicPortal.Modules.Associations.ArrangePayment;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.TestCalls;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Associations.Checklist;

internal static class ChecklistEndpoints
{
    private const string Home = "/onboarding";

    public static void MapChecklist(this IEndpointRouteBuilder app)
    {
        var own = app.MapGroup(Home).RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
        own.MapGet("", (ShowChecklist show, PageRenderer pages, CancellationToken ct) => ChecklistAsync(FormState.Empty, show, pages, ct));
        own.MapPost("/waive", (FormPost post, WaiveStep waive, ShowChecklist show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => waive.HandleAsync(form.Choice<OnboardingStep>("step"), ct), _ => Home, state => ChecklistAsync(state, show, pages, ct), ct));
        own.MapPost("/test-call", (FormPost post, RequestTestCall request, ShowChecklist show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => request.HandleAsync(ct), _ => Home, state => ChecklistAsync(state, show, pages, ct), ct));

        own.MapGet("/institution", (OwnClinic clinic, MemberForm show, PageRenderer pages, CancellationToken ct) => InstitutionAsync(FormState.Empty, clinic, show, pages, ct));
        own.MapPost("/institution", (FormPost post, OwnClinic clinic, EditMember edit, MemberForm show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => edit.HandleAsync(clinic.Id, form.Value<uint>(MemberFormModel.VersionField), WrittenClinic.From(form.Text), ct), _ => Home,
            state => InstitutionAsync(state, clinic, show, pages, ct), ct));

        foreach (var document in Enum.GetValues<TermsDocument>())
        {
            var path = TermsPath(document)[Home.Length..];
            own.MapGet(path, (ShowTerms show, PageRenderer pages, CancellationToken ct) => TermsAsync(document, FormState.Empty, show, pages, ct));
            own.MapPost(path, (FormPost post, AcceptTerms.AcceptTerms accept, ShowTerms show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
                form => accept.HandleAsync(document, form.Text("sha256"), form.Checked("accepted"), ct), _ => Home, state => TermsAsync(document, state, show, pages, ct), ct));
        }

        own.MapGet("/payment", (ShowPayment show, PageRenderer pages, CancellationToken ct) => PaymentAsync(FormState.Empty, show, pages, ct));
        own.MapPost("/payment", (FormPost post, ArrangePayment.ArrangePayment arrange, ShowPayment show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => arrange.HandleAsync(
                new PaymentInput(form.Text("recipient"), form.Text("postalCode"), form.Text("address"), form.Choice<PaymentMethod>("method")), form.Value<uint>("version"), ct),
            _ => Home, state => PaymentAsync(state, show, pages, ct), ct));
    }

    internal static string TermsPath(TermsDocument document) => document switch
    {
        TermsDocument.Contract => $"{Home}/terms/contract",
        TermsDocument.DataProcessing => $"{Home}/terms/data-processing",
        _ => throw new ArgumentOutOfRangeException(nameof(document)),
    };

    private static async Task<IResult> ChecklistAsync(FormState state, ShowChecklist show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(state, cancellationToken) is { } model ? pages.Page<ChecklistPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> InstitutionAsync(FormState state, OwnClinic clinic, MemberForm show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.EditAsync(clinic.Id, state, cancellationToken) is { } model ? pages.Page<InstitutionPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> TermsAsync(TermsDocument document, FormState state, ShowTerms show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(document, state, cancellationToken) is { } model ? pages.Page<TermsPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> PaymentAsync(FormState state, ShowPayment show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(state, cancellationToken) is { } model ? pages.Page<PaymentPage>(new { Model = model }) : Results.NotFound();
}
