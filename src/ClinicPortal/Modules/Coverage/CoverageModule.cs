using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Coverage;

/// <summary>Which clinics have bought night cover, and from when.</summary>
public static class CoverageModule
{
    public static IServiceCollection AddCoverage(this IServiceCollection services) => services
        .AddModuleContext<CoverageDbContext>()
        .AddScoped<ICover, Cover>()
        .AddSingleton<IDemoSeed, CoverageDemo>();
}
