using ClinicPortal.Modules.Telehealth.GiveBookingLink;
using ClinicPortal.Modules.Telehealth.JoinWaitingList;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.BookAppointment;

internal static class BookEndpoints
{
    private static readonly string[] Clinic = [Roles.ClinicDoctor, Roles.ClinicStaff];

    /// <summary>Facilities ask for their residents.</summary>
    private static readonly string[] Bookers = [.. Clinic, Roles.FacilityStaff];

    public static void MapBookAppointment(this IEndpointRouteBuilder app)
    {
        app.MapGet("/patients/{id:guid}/book", (Guid id, string? service, DateOnly? from, ShowBooking show, PageRenderer pages, CancellationToken ct) =>
            ShowAsync(id, service, from, FormState.Empty, FormState.Empty, show, pages, ct)).RequireRoles(Bookers);
        app.MapPost("/patients/{id:guid}/book", (Guid id, FormPost post, BookAppointmentHandler book, ShowBooking show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => book.HandleAsync(Input(id, form), ct), booked => $"/appointments/{booked.Id}",
            state => ShowAsync(id, state.Value("service"), null, state, FormState.Empty, show, pages, ct), ct)).RequireRoles(Bookers);
        app.MapPost("/patients/{id:guid}/waiting", (Guid id, FormPost post, JoinWaitingListHandler join, ShowBooking show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => join.HandleAsync(Waiting(id, form), ct), _ => "/appointments#waiting-title",
            state => ShowAsync(id, state.Value("service"), null, FormState.Empty, state, show, pages, ct), ct)).RequireRoles(Bookers);
        app.MapGet("/patients/{id:guid}/booking-links", (Guid id, string? shown, BookingLinks links, PageRenderer pages, CancellationToken ct) =>
            LinksAsync(id, shown, FormState.Empty, links, pages, ct)).RequireRoles(Clinic);
        app.MapPost("/patients/{id:guid}/booking-links", (Guid id, FormPost post, BookingLinks links, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => links.GiveAsync(id, ct), shown => $"/patients/{id}/booking-links?shown={shown}",
            state => LinksAsync(id, null, state, links, pages, ct), ct)).RequireRoles(Clinic);
        app.MapPost("/patients/{id:guid}/booking-links/{link:guid}/revoke", (Guid id, Guid link, FormPost post, BookingLinks links, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(_ => links.RevokeAsync(id, link, ct), _ => $"/patients/{id}/booking-links",
                state => LinksAsync(id, null, state, links, pages, ct), ct)).RequireRoles(Clinic);
    }

    internal static BookAppointmentInput Input(Guid patient, FormPost form, string? language = null)
    {
        var (practitioner, startsAt) = SlotValue.Read(form.Text("slot"));
        return new BookAppointmentInput(
            patient, practitioner, form.Text("service"), startsAt, form.Text("reason"), form.Text("phone"), form.Text("email"), language ?? form.Text("language") ?? "ja");
    }

    internal static JoinWaitingListInput Waiting(Guid patient, FormPost form) => new(
        patient, form.Text("service"), form.Value<Guid>("doctor"), form.Value<DateOnly>("waitFrom"), form.Value<DateOnly>("waitUntil"), form.Text("reason"), form.Text("phone"),
        form.Text("email"), WishWords.Days(form), form.Text("waitFromTime"), form.Text("waitUntilTime"));

    private static async Task<IResult> ShowAsync(
        Guid id, string? service, DateOnly? from, FormState form, FormState waiting, ShowBooking show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, service, from, form, waiting, cancellationToken) is { } model ? pages.Page<BookPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> LinksAsync(Guid id, string? shown, FormState state, BookingLinks links, PageRenderer pages, CancellationToken cancellationToken) =>
        await links.ShowAsync(id, shown, state, cancellationToken) is { } model ? pages.Page<BookingLinksPage>(new { Model = model }) : Results.NotFound();
}
