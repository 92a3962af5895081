namespace ClinicPortal.Modules.Billing.Metering;

internal static class MeteringRegistration
{
    public static IServiceCollection AddMetering(this IServiceCollection services) => services
        .AddScoped<MonthHistories>()
        .AddScoped<LineWriter>()
        .AddScoped<MonthMetering>();
}
