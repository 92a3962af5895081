using System.Globalization;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.AnswerOffer;
using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.JoinWaitingList;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.AskForAppointment;

/// <summary>What patients and families ask for by their links, and what they answer to times that became free. The pass in the browser is the right to it.</summary>
internal static class VisitorEndpoints
{
    public static void MapBookingByLink(this IEndpointRouteBuilder app)
    {
        app.MapGet("/book", (string? service, DateOnly? from, VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            BookByLink.Purpose, BookByLink.VisitorName,
            (services, pass) => BookAsync(services, pass, service, from, FormState.Empty, FormState.Empty, pages, ct), ct)).AllowAnonymous();
        app.MapPost("/book", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            BookByLink.Purpose, BookByLink.VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                form => services.GetRequiredService<BookAppointmentHandler>().HandleAsync(
                    BookEndpoints.Input(pass.Subject, form, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName), ct),
                _ => "/book", state => BookAsync(services, pass, state.Value("service"), null, state, FormState.Empty, pages, ct), ct), ct)).AllowAnonymous();
        app.MapPost("/book/waiting", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            BookByLink.Purpose, BookByLink.VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                form => services.GetRequiredService<JoinWaitingListHandler>().HandleAsync(BookEndpoints.Waiting(pass.Subject, form), ct),
                _ => "/book", state => BookAsync(services, pass, state.Value("service"), null, FormState.Empty, state, pages, ct), ct), ct)).AllowAnonymous();
        app.MapGet("/offer", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            AnswerOffer.AnswerOffer.Purpose, BookByLink.VisitorName, (services, pass) => OfferAsync(services, pass, FormState.Empty, pages, ct), ct)).AllowAnonymous();
        app.MapPost("/offer/accept", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            AnswerOffer.AnswerOffer.Purpose, BookByLink.VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                _ => services.GetRequiredService<AnswerOfferHandler>().AcceptAsync(pass.Subject, ct), _ => "/offer",
                state => OfferAsync(services, pass, state, pages, ct), ct), ct)).AllowAnonymous();
        app.MapPost("/offer/refuse", (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            AnswerOffer.AnswerOffer.Purpose, BookByLink.VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                _ => services.GetRequiredService<AnswerOfferHandler>().RefuseAsync(pass.Subject, ct), _ => "/offer",
                state => OfferAsync(services, pass, state, pages, ct), ct), ct)).AllowAnonymous();
    }

    private static async Task<IResult> BookAsync(
        IServiceProvider services, VisitorPass pass, string? service, DateOnly? from, FormState form, FormState waiting, PageRenderer pages, CancellationToken cancellationToken) =>
        await services.GetRequiredService<BookByLink>().HandleAsync(pass.Subject, service, from, form, waiting, cancellationToken) is { } model
            ? pages.Page<BookByLinkPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> OfferAsync(IServiceProvider services, VisitorPass pass, FormState form, PageRenderer pages, CancellationToken cancellationToken) =>
        await services.GetRequiredService<AnswerOfferHandler>().ShowAsync(pass.Subject, cancellationToken) is { } offer
            ? pages.Page<OfferPage>(new { Model = offer, Form = form }) : Results.NotFound();
}
