using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Patients.WritePatient;

internal static class WritePatientEndpoints
{
    public static void MapWritePatient(this IEndpointRouteBuilder app)
    {
        var patients = app.MapGroup("/patients").RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
        patients.MapGet("/new", (ShowPatientForm show, PageRenderer pages, CancellationToken ct) => NewAsync(FormState.Empty, show, pages, ct));
        patients.MapPost("/new", (FormPost post, RegisterPatient register, ShowPatientForm show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => register.HandleAsync(Written(form), ct), id => $"/patients/{id.Value}", state => NewAsync(state, show, pages, ct), ct));
        patients.MapGet("/{id:guid}/edit", (Guid id, ShowPatientForm show, PageRenderer pages, CancellationToken ct) =>
            EditAsync(id, FormState.Empty, show, pages, ct));
        patients.MapPost("/{id:guid}/edit", (Guid id, FormPost post, EditPatient edit, ShowPatientForm show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => edit.HandleAsync(id, form.Value<uint>(PatientFormModel.VersionField), Written(form), ct), _ => $"/patients/{id}",
            state => EditAsync(id, state, show, pages, ct), ct));
    }

    private static WrittenPatient Written(FormPost form) => WrittenPatient.From(form.Fields, form.Text);

    private static async Task<IResult> NewAsync(FormState state, ShowPatientForm show, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<PatientFormPage>(new { Model = await show.NewAsync(state, cancellationToken) });

    private static async Task<IResult> EditAsync(Guid id, FormState state, ShowPatientForm show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.EditAsync(id, state, cancellationToken) is { } model ? pages.Page<PatientFormPage>(new { Model = model }) : Results.NotFound();
}
