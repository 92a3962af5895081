using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>オンライン診療: booked right, gated right, seen by video, and told to the clinic like a visit.</summary>
public static class TelehealthModule
{
    public static IServiceCollection AddTelehealth(this IServiceCollection services) => services
        .AddModuleContext<TelehealthContext>()
        .AddScoped<ITenantPart>(provider => new ModulePart<TelehealthContext>("telehealth", provider.GetRequiredService<TelehealthContext>(), "telehealth.*")
        {
            LeftOut = new Dictionary<string, string> { ["telehealth.appointment_counter"] = "the next number of a day; the appointments have theirs" },
        })
        .AddErrorTexts<TelehealthText>()
        .AddScoped<AppointmentAccess>()
        .AddScoped<AppointmentNews>()
        .AddScoped<GateCheck>()
        .AddSingleton<AppointmentNumbers>()
        .AddSingleton<IDemoSeed, TelehealthDemo>();

    public static void MapTelehealth(this IEndpointRouteBuilder app)
    {
    }
}
