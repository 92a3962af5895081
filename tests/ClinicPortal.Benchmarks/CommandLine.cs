using ClinicPortal.Benchmarks.Audit;
using ClinicPortal.Benchmarks.Desk;
using ClinicPortal.Benchmarks.Load;
using ClinicPortal.Benchmarks.Month;
using ClinicPortal.Benchmarks.Onboarding;
using ClinicPortal.Benchmarks.Sealing;
using ClinicPortal.Benchmarks.Serving;
using ClinicPortal.Benchmarks.Video;

namespace ClinicPortal.Benchmarks;

/// <summary>Not called Program, which is the portal's.</summary>
internal static class CommandLine
{
    /// <summary>The first six commands are for people; the desk's and the audit's start the others as processes of their own.</summary>
    public static Task<int> Main(string[] args) => args switch
    {
        ["desk", .. var options] => DeskBenchmark.RunAsync(options),
        ["sealing"] => SealingBenchmark.RunAsync(),
        ["audit", .. var options] => AuditBenchmark.RunAsync(options),
        ["onboarding", .. var options] => OnboardingBenchmark.RunAsync(options),
        ["month", .. var options] => MonthBenchmark.RunAsync(options),
        ["video", .. var options] => VideoBenchmark.RunAsync(options),
        ["serve", .. var options] => PortalServer.RunAsync(options),
        ["load"] => LoadProcess.RunAsync(),
        _ => Usage(),
    };

    private static Task<int> Usage()
    {
        Console.Error.WriteLine(DeskOptions.Usage);
        Console.Error.WriteLine(AuditOptions.Usage);
        Console.Error.WriteLine(OnboardingOptions.Usage);
        Console.Error.WriteLine(MonthOptions.Usage);
        Console.Error.WriteLine(VideoBenchmark.Usage);
        return Task.FromResult(2);
    }
}
