using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Telehealth.AnswerOffer;
using ClinicPortal.Modules.Telehealth.AskForAppointment;
using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.CalendarFiles;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;
using ClinicPortal.Modules.Telehealth.FillGap;
using ClinicPortal.Modules.Telehealth.GiveBookingLink;
using ClinicPortal.Modules.Telehealth.JoinWaitingList;
using ClinicPortal.Modules.Telehealth.ListAppointments;
using ClinicPortal.Modules.Telehealth.ListServices;
using ClinicPortal.Modules.Telehealth.ListSlots;
using ClinicPortal.Modules.Telehealth.ReadAppointment;
using ClinicPortal.Modules.Telehealth.RemindPatient;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Modules.Telehealth.SettleAfterMembership;
using ClinicPortal.Modules.Telehealth.ShowAppointment;
using ClinicPortal.Modules.Telehealth.ShowAvailability;
using ClinicPortal.Modules.Telehealth.SwitchToVideo;
using ClinicPortal.Modules.Telehealth.WriteAvailability;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>Hours, appointments, waiting list and messages.</summary>
internal static class BookingRegistration
{
    public static IServiceCollection AddBooking(this IServiceCollection services)
    {
        services.AddErrorTexts<BookingText>();
        services.AddScoped<FreeTimes>();
        services.AddScoped<Reservation>();
        services.AddScoped<AppointmentFollowUp>();
        services.AddScoped<AvailabilityAccess>();
        services.AddScoped<WriteHours>();
        services.AddScoped<RegisterPractitioner>();
        services.AddScoped<ShowAvailabilityHandler>();
        services.AddScoped<ShowBooking>();
        services.AddScoped<BookAppointmentHandler>();
        services.AddScoped<BookByLink>();
        services.AddScoped<BookingLinks>();
        services.AddScoped<JoinWaitingListHandler>();
        services.AddScoped<AnswerOfferHandler>();
        services.AddScoped<MoveAppointment>();
        services.AddScoped<ChangeAppointmentHandler>();
        services.AddScoped<ChangeOwnAppointmentHandler>();
        services.AddScoped<OwnAppointments>();
        services.AddScoped<AnswerForResident>();
        services.AddScoped<AfterMembership>();
        services.AddScoped<SettleAppointments>();
        services.AddScoped<FollowMembership>();
        services.AddScoped<SettleWhatIsLeft>();
        services.AddScoped<ListAppointmentsHandler>();
        services.AddScoped<ShowAppointmentHandler>();
        services.AddScoped<ListServicesHandler>();
        services.AddScoped<ListSlotsHandler>();
        services.AddScoped<ReadAppointmentHandler>();
        services.AddScoped<ShowMove>();
        services.AddScoped<ShowWaiting>();
        services.AddScoped<ExportCalendar>();
        services.AddScoped<CalendarFile>();
        services.AddScoped<MessageWords>();
        services.AddScoped<PatientMessages>();
        services.AddScoped<OrganisationMails>();
        services.AddScoped<TellOrganisation>();
        services.AddScoped<DeletePhotos>();
        services.AddScoped<SwitchToVideoHandler>();
        services.AddScoped<SendMessage>();
        services.AddScoped<RemindPatient.RemindPatient>();
        services.AddScoped<TimePassed>();
        services.AddScoped<FillGap.FillGap>();
        services.AddScoped<OfferExpires>();
        services.AddScoped<EndCase>();
        services.AddSingleton(BookByLink.Purpose);
        services.AddSingleton(AnswerOffer.AnswerOffer.Purpose);
        if (services.All(s => s.ImplementationInstance != (object)JoinConsultation.JoinConsultation.Purpose))
        {
            services.AddSingleton(JoinConsultation.JoinConsultation.Purpose);
        }
        return services
            .AddScreen(42, "/appointments", "Appointments.Title", (user, _) => user.Is([.. AppointmentAccess.Readers]))
            .AddScreen(43, "/availability", "Availability.Title", (user, _) => user.Is(AvailabilityAccess.Writers));
    }

    public static void MapBooking(this IEndpointRouteBuilder app)
    {
        var work = app.ServiceProvider.GetRequiredService<WorkRegistry>();
        work.Add<SendMessage>();
        work.Add<TellOrganisation>();
        work.Add<DeletePhotos>();
        work.Add<RemindPatient.RemindPatient>();
        work.Add<TimePassed>();
        work.Add<FillGap.FillGap>();
        work.Add<OfferExpires>();
        work.Add<EndCase>();
        work.Add<SettleWhatIsLeft>();
        work.Subscribe<MembershipChanged, FollowMembership>();
        var api = app.MapApiV1();
        api.MapListServices();
        api.MapListSlots();
        api.MapReadAppointment();
        api.MapBookAppointmentApi();
        api.MapChangeAppointment();
        app.MapAvailability();
        app.MapBookAppointment();
        app.MapAppointments();
        app.MapBookingByLink();
        app.MapOwnAppointment();
        app.MapSettleAppointments();
        app.MapSwitchToVideo();
    }

    private static IServiceCollection AddScreen(
        this IServiceCollection services, int order, string path, string title, Func<CurrentUser, PortalHost, bool> isFor) =>
        services.AddSingleton(provider => new NavigationItem(
            order, path, () => provider.GetRequiredService<IStringLocalizer<BookingText>>()[title],
            (user, host) => (host.Tenant is null ? host.Desk is not null : host.Tenant.Settings.OnlineConsultation is not null) && isFor(user, host),
            NavigationGroup.OnlineConsultation));
}
