using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.WriteAvailability;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.ShowAvailability;

internal static class AvailabilityEndpoints
{
    public static void MapAvailability(this IEndpointRouteBuilder app)
    {
        var hours = app.MapGroup("/availability").RequireRoles(AvailabilityAccess.Writers);
        hours.MapGet("", (DateOnly? from, ShowAvailabilityHandler show, PageRenderer pages, CancellationToken ct) =>
            ShowAsync(null, from, null, AvailabilityForms.Fresh, show, pages, ct));
        hours.MapGet("/{id:guid}", (Guid id, DateOnly? from, Guid? edit, ShowAvailabilityHandler show, PageRenderer pages, CancellationToken ct) =>
            ShowAsync(id, from, edit, AvailabilityForms.Fresh, show, pages, ct));
        hours.MapPost("/practitioners", (FormPost post, RegisterPractitioner register, ShowAvailabilityHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => register.HandleAsync(Person(form), ct), id => $"/availability/{id}",
            state => ShowAsync(null, null, null, AvailabilityForms.Fresh with { Practitioner = state }, show, pages, ct), ct));
        hours.MapPost("/{id:guid}/practitioner", (Guid id, FormPost post, RegisterPractitioner register, ShowAvailabilityHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => register.DescribeAsync(id, Person(form) with { Active = form.Checked("active") }, ct), _ => $"/availability/{id}",
            state => ShowAsync(id, null, null, AvailabilityForms.Fresh with { Practitioner = state }, show, pages, ct), ct));
        hours.MapPost("/{id:guid}/hours", (Guid id, FormPost post, WriteHours write, ShowAvailabilityHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => write.SaveAsync(id, Hours(form), ct), _ => $"/availability/{id}",
            state => ShowAsync(id, null, Guid.TryParse(state.Value("hours"), out var edit) ? edit : null, AvailabilityForms.Fresh with { Hours = state }, show, pages, ct), ct));
        hours.MapPost("/{id:guid}/hours/{hours:guid}/remove", (Guid id, Guid hours, FormPost post, WriteHours write, ShowAvailabilityHandler show, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(_ => write.RemoveAsync(id, hours, ct), _ => $"/availability/{id}",
                state => ShowAsync(id, null, null, AvailabilityForms.Fresh with { Hours = state }, show, pages, ct), ct));
        hours.MapPost("/{id:guid}/exceptions", (Guid id, FormPost post, WriteHours write, ShowAvailabilityHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => write.ExceptAsync(id, new ExceptionInput(
                form.Value<DateOnly>("day"), form.Choice<ExceptionKind>("kind"), form.Text("exceptStarts"), form.Text("exceptEnds"),
                Services(form, AvailabilityModel.ExceptionService)), ct),
            _ => $"/availability/{id}",
            state => ShowAsync(id, null, null, AvailabilityForms.Fresh with { Exception = state }, show, pages, ct), ct));
        hours.MapPost("/{id:guid}/exceptions/{exception:guid}/remove",
            (Guid id, Guid exception, FormPost post, WriteHours write, ShowAvailabilityHandler show, PageRenderer pages, CancellationToken ct) =>
                post.RunAsync(_ => write.UndoExceptionAsync(id, exception, ct), _ => $"/availability/{id}",
                    state => ShowAsync(id, null, null, AvailabilityForms.Fresh with { Exception = state }, show, pages, ct), ct));
    }

    private static PractitionerInput Person(FormPost form) =>
        new(form.Text("association"), form.Value<Guid>("account"), form.Text("name"), form.Text("kana"), form.Text("license"));

    private static HoursInput Hours(FormPost form) => new(
        form.Value<Guid>("hours"), form.Choice<DayOfWeek>("weekday"), form.Text("starts"), form.Text("ends"), form.Value<DateOnly>("from"), form.Value<DateOnly>("until"),
        Services(form, AvailabilityModel.HoursService), form.Value<int>("buffer"), form.Value<int>("lead"), form.Value<int>("most"), form.Text("room"));

    private static IReadOnlyCollection<string> Services(FormPost form, string prefix) =>
        [.. form.Fields.Where(f => f.StartsWith(prefix, StringComparison.Ordinal) && form.Checked(f)).Select(f => f[prefix.Length..])];

    private static async Task<IResult> ShowAsync(
        Guid? id, DateOnly? from, Guid? edit, AvailabilityForms forms, ShowAvailabilityHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, from, edit, forms, cancellationToken) is { } model ? pages.Page<AvailabilityPage>(new { Model = model }) : Results.NotFound();
}
