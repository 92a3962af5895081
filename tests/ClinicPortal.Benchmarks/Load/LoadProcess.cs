using System.Text.Json;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>The load's own process: reads plans from standard input until it ends, answers each with its result.</summary>
internal static class LoadProcess
{
    public static async Task<int> RunAsync()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var plan = JsonSerializer.Deserialize<LoadPlan>(line, JsonSerializerOptions.Web)!;
            Console.WriteLine(JsonSerializer.Serialize(await plan.RunAsync(CancellationToken.None), JsonSerializerOptions.Web));
        }
        return 0;
    }
}
