using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Room;
using ClinicPortal.Modules.Telehealth.SettleAfterMembership;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>オンライン診療: booked right, gated right, seen by video, and told to the clinic like a visit.</summary>
public static class TelehealthModule
{
    public static IServiceCollection AddTelehealth(this IServiceCollection services) => services
        .AddModuleContext<TelehealthContext>()
        .AddScoped<ITenantPart>(provider => new ModulePart<TelehealthContext>("telehealth", provider.GetRequiredService<TelehealthContext>(), "telehealth.*")
        {
            LeftOut = new Dictionary<string, string>
            {
                ["telehealth.appointment_counter"] = "the next number of a day; the appointments have theirs",
                ["telehealth.used_ticket"] = "ids of tickets of the last minutes",
                ["telehealth.signal"] = "messages between browsers on their way, for minutes",
            },
        })
        .AddErrorTexts<TelehealthText>()
        .AddErrorTexts<RoomText>()
        .AddRoom()
        .AddScoped<ISettingsInUse, ConsultationsInUse>()
        .AddScoped<IOpenAfterMembership, AppointmentsAfterMembership>()
        .AddScoped<AppointmentAccess>()
        .AddScoped<AppointmentNews>()
        .AddScoped<GateCheck>()
        .AddSingleton<AppointmentNumbers>()
        .AddSingleton<IDemoSeed, TelehealthDemo>()
        .AddSingleton<IDemoSeed, EveningDemo>()
        .AddBooking()
        .AddCare();

    public static void MapTelehealth(this IEndpointRouteBuilder app)
    {
        app.MapRoom();
        app.MapBooking();
        app.MapCare();
    }
}
