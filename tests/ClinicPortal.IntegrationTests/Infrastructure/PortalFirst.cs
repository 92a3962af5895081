using System.Runtime.CompilerServices;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>In its own process the portal's code is loaded before anything uses a pattern; here the test runner would be first.</summary>
internal static class PortalFirst
{
    [ModuleInitializer]
    internal static void Load() => RuntimeHelpers.RunModuleConstructor(typeof(Program).Module.ModuleHandle);
}
