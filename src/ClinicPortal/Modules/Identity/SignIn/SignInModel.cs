using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.Identity.SignIn;

/// <param name="Asked">Where the sign-in leads; travels with the form.</param>
/// <param name="Demo">Ready sign-ins of the demonstration; none outside of it.</param>
public sealed record SignInModel(HandoverRequest Asked, FormState Form, IReadOnlyList<DemoSignIn> Demo);
