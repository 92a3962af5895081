using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Demo;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Patients;

/// <summary>The associations' home patients: who they are, what must be known of them at night, and finding them.</summary>
public static class PatientsModule
{
    public static IServiceCollection AddPatients(this IServiceCollection services) => services
        .AddModuleContext<PatientsDbContext>()
        .AddScoped<PatientAudience>()
        .AddScoped<PatientSearch>()
        .AddScoped<PatientWriter>()
        .AddScoped<IPatients, PatientRecords>()
        .AddErrorTexts<PatientsText>()
        .AddSingleton<IDemoSeed, PatientsDemo>();
}
