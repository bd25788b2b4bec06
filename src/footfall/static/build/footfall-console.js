// Generated from recorder-js/ by build.mjs. Do not edit.
var o="f2961a32";function r(t){return()=>{}}export{o as build,r as install};
